/** Keys of endpoints, in the editor's secret storage. They reach the server in its environment, each
 * with the host that it is for, and stand in no setting and no log. */

import type * as vscode from "vscode";
import { environmentOf, parse } from "./api_hosts";

const SECRET = "sureql.apiKeys";

export class ApiKeys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /** Fires when a key was set or removed, here or in another window. */
  onDidChange(listener: () => void): vscode.Disposable {
    return this.secrets.onDidChange(({ key }) => {
      if (key === SECRET) listener();
    });
  }

  async hosts(): Promise<string[]> {
    return Object.keys(await this.all());
  }

  async set(host: string, key: string): Promise<void> {
    await this.secrets.store(SECRET, JSON.stringify({ ...(await this.all()), [host]: key }));
  }

  async remove(host: string): Promise<void> {
    const left = Object.entries(await this.all()).filter(([one]) => one !== host);
    await this.secrets.store(SECRET, JSON.stringify(Object.fromEntries(left)));
  }

  async environment(): Promise<Record<string, string>> {
    return environmentOf(await this.all());
  }

  private async all(): Promise<Record<string, string>> {
    // A storage that is locked is as good as empty: the server works without keys.
    return parse(await Promise.resolve(this.secrets.get(SECRET)).catch(() => undefined));
  }
}
