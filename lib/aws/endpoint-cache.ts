/**
 * Takes the place of the SDK's package of that name in bundles of functions (`alias` in
 * serverless.yml). The SDK keeps endpoints there that services tell it to use, which DynamoDB does
 * for nobody who has not turned it on; a cache that keeps nothing spares each bundle 7 KB.
 */
export class EndpointCache {
  readonly get = (): undefined => undefined;
  readonly getEndpoint = (): undefined => undefined;
  readonly has = (): boolean => false;
  readonly set = (): void => undefined;
  readonly delete = (): void => undefined;
  readonly clear = (): void => undefined;
}
