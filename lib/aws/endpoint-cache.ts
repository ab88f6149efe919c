/**
 * Replaces the SDK's package of the same name in the functions' bundles (`alias` in
 * serverless.yml). The SDK uses it to cache discovered endpoints. Endpoint discovery is off by
 * default for DynamoDB, so a cache that stores nothing is enough, and makes each bundle 7 KB
 * smaller.
 */
export class EndpointCache {
  readonly get = (): undefined => undefined;
  readonly getEndpoint = (): undefined => undefined;
  readonly has = (): boolean => false;
  readonly set = (): void => undefined;
  readonly delete = (): void => undefined;
  readonly clear = (): void => undefined;
}
