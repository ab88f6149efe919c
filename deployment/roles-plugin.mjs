// Corrects what serverless-iam-roles-per-function makes:
//
// - CloudFormation names the roles. A name that is made of stage, function and region is soon longer
//   than the 64 characters that IAM allows.
// - No function may create its log group. One that still runs while its stage is removed would
//   create it again, without an end of its logs, and the next deployment would find it in its way.
// - The role for functions without one of their own is not deployed, because there are none.
//
// A plugin of serverless, and plain JavaScript, because serverless loads it without a loader.
export default class RolesPlugin {
  constructor(serverless) {
    const { service } = serverless;
    const sharedRole = () => serverless.getProvider('aws').naming.getRoleLogicalId();

    this.hooks = {
      // The other plugin refuses names that are too long, but not this one.
      'before:package:compileFunctions': () => {
        for (const name of service.getAllFunctions()) {
          service.getFunction(name).iamRoleStatementsName ??= 'replaced';
        }
      },
      'before:package:finalize': () => {
        const { Resources } = service.provider.compiledCloudFormationTemplate;
        delete Resources[sharedRole()];
        for (const { Type, Properties } of Object.values(Resources)) {
          if (Type !== 'AWS::IAM::Role' || Properties.RoleName !== 'replaced') continue;
          delete Properties.RoleName;
          for (const { PolicyDocument } of Properties.Policies) {
            for (const statement of PolicyDocument.Statement) withoutLogGroups(statement);
          }
        }
      },
    };
  }
}

const withoutLogGroups = (statement) => {
  if (!Array.isArray(statement.Action)) return;
  statement.Action = statement.Action.filter((action) => action !== 'logs:CreateLogGroup');
};
