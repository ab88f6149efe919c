#!/usr/bin/env node
// The command line is TypeScript, like everything else here; tsx runs it without a build.

// On Node 20 the AWS SDK would print eight lines about Node 22.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const tsx = await import('tsx/esm/api').catch(() => undefined);
if (tsx) {
  tsx.register();
  await import('./main.ts');
} else {
  console.error('Run npm ci first, in the folder of Countermand.');
  process.exitCode = 2;
}
