import { type FromEnvInit, fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Takes the place of the SDK's package of that name in bundles of functions (`alias` in
 * serverless.yml). Lambda puts credentials into the environment; the providers for everything else
 * that the package knows (profiles, SSO, web identity, instance metadata) are a quarter of a bundle
 * and of what has to be read at a cold start.
 */
export const defaultProvider = (init?: FromEnvInit) => fromEnv(init);
