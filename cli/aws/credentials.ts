import { type Environment, textOf } from '../../local/port-settings.ts';
import { notAllowed } from '../failure.ts';

/** Keys of an AWS account, and a session's token. */
export type Keys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** @throws Failure when there are none */
export type Credentials = () => Promise<Keys>;

/** The keys that every tool of AWS finds: in the environment, in profiles, from a sign-in. */
export const systemCredentials =
  (env: Environment): Credentials =>
  async () => {
    const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
    const profile = textOf(env, 'AWS_PROFILE');
    try {
      return await fromNodeProviderChain(profile === undefined ? {} : { profile })();
    } catch (error) {
      throw notAllowed(
        `There are no AWS credentials: ${(error as Error).message} Set AWS_PROFILE or AWS_ACCESS_KEY_ID, sign in with the AWS CLI, or give a token with --token.`,
      );
    }
  };
