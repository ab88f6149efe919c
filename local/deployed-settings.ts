/** Checks what serverless.yml gives the functions, by the rules by which they read it. */
import { isWholeNumberSetting, wholeNumberFrom } from '../lib/settings.ts';

type WithEnvironment = { readonly environment?: Readonly<Record<string, unknown>> };

/** The parts of a serverless service, with all variables resolved, that are used here. */
export type Service = {
  readonly provider: WithEnvironment;
  readonly functions?: Readonly<Record<string, WithEnvironment>>;
};

/** @throws Error of the first setting that no function could start with */
export const checkSettings = ({ provider, functions = {} }: Service): void => {
  for (const { environment = {} } of [provider, ...Object.values(functions)]) {
    for (const [name, value] of Object.entries(environment)) {
      if (isWholeNumberSetting(name)) wholeNumberFrom({ [name]: String(value) }, name);
    }
  }
};
