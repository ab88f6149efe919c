// The SDK warns in every worker that it will drop Node 20; once, in package.json, is enough.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
