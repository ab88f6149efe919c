import { type FromEnvInit, fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Replaces the SDK's package of the same name in the functions' bundles (`alias` in
 * serverless.yml). Lambda puts credentials into the environment. The package's other providers
 * (profiles, SSO, web identity, instance metadata) are a quarter of a bundle, and of what a cold
 * start has to read.
 */
export const defaultProvider = (init?: FromEnvInit) => fromEnv(init);
