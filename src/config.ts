/** The configuration: YAML in, checked and complete data out; its JSON Schema. */
export type { AccessConfig, CallersConfig } from './config/access.ts';
export type {
  CallersCredentials,
  ClusterConfig,
  Config,
  ConfigProblem,
  LoadedConfig,
  RegistryConfig,
} from './config/model.ts';
export type { FindClusterProblem } from './config/clusters.ts';
export type { FindDocumentProblems } from './config/trusted-documents.ts';
export { changedGroups, configChanges, isUnchanged, mayShowLess, restartProblems } from './config/changes.ts';
export type { ConfigChanges } from './config/changes.ts';
export { loadConfig, loadConfigFile } from './config/load.ts';
export { configJsonSchema } from './config/json-schema.ts';
