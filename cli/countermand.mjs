#!/usr/bin/env node
// The command line is TypeScript, like everything else here; tsx runs it without a build.
import { register } from 'tsx/esm/api';

// On Node 20 the AWS SDK would print eight lines about Node 22.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

register();
await import('./main.ts');
