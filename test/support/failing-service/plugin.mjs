// Serverless takes no plugin from outside of a service's folder.
export { default } from '../../../local/offline-plugin.mjs';
