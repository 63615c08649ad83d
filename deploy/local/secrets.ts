import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generateToken } from "@rollcall/runtime/token";

/** The tokens of a local instance. */
export interface Secrets {
  /** By which the services trust one another. */
  serviceToken: string;
  /** For the platform's own methods, such as CreateAccount. */
  operatorToken: string;
  /** SCIM token of the demo account. Unset before the first start is over. */
  scimToken?: string;
  /** Owner's token of the demo account. */
  ownerToken?: string;
}

/** The secrets of a data folder; fresh ones, kept for the next start, where it has none. */
export async function readSecrets(dataDir: string): Promise<Secrets> {
  const text = await readFile(secretsFile(dataDir), "utf8").catch(() => undefined);
  if (text !== undefined) {
    return JSON.parse(text);
  }
  const secrets = { serviceToken: generateToken(), operatorToken: generateToken() };
  await writeSecrets(dataDir, secrets);
  return secrets;
}

/** Keeps secrets in a data folder, readable by its owner only. */
export async function writeSecrets(dataDir: string, secrets: Secrets): Promise<void> {
  const file = secretsFile(dataDir);
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
}

/** Where a data folder keeps its secrets. */
export function secretsFile(dataDir: string): string {
  return join(dataDir, "secrets.json");
}
