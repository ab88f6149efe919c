// The SDK says in every worker that it will leave Node 20 behind; once in package.json is enough.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
