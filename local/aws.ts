/** How AWS clients reach the services on this machine, and never AWS itself. */
import { devNull } from 'node:os';

export const LOCAL_STAGE = 'local';
export const LOCAL_REGION = 'us-east-1';

/** The account id that the local SQS uses; fauxqs knows no other. */
export const LOCAL_ACCOUNT = '000000000000';

/** Keys that no AWS account accepts: if a request reached AWS by mistake, AWS would refuse it. */
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** The settings of an AWS SDK client for the service at `endpoint`. */
export const localClient = (endpoint: string) => ({
  endpoint,
  region: LOCAL_REGION,
  credentials,
});

/** The addresses of the services on this machine. */
export type Endpoints = {
  readonly dynamodb: string;
  readonly sqs: string;
  /** Without one, nothing can be sent to it. */
  readonly eventbridge?: string;
};

/** No service listens there. */
const NOWHERE = 'http://127.0.0.1:1';

/**
 * The environment for a process that must reach only this machine. It has none of the developer's
 * own AWS settings: no profile, keys or session, and no files with them. An empty variable counts as
 * not set.
 */
export const localEnvironment = (
  environment: NodeJS.ProcessEnv,
  endpoints: Endpoints,
): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(environment).filter(([name, value]) => !name.startsWith('AWS_') && value !== ''),
  ),
  AWS_REGION: LOCAL_REGION,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  AWS_ENDPOINT_URL_SQS: endpoints.sqs,
  AWS_ENDPOINT_URL_EVENTBRIDGE: endpoints.eventbridge ?? NOWHERE,
});
