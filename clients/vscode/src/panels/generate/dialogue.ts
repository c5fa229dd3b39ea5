/** `sureql.generate`: a wish in words becomes a checked statement, which is shown before it is taken. */

import { basename } from "node:path";
import * as vscode from "vscode";
import { plain } from "../../notices";
import type { Server } from "../../server/server";
import type { Generated } from "../answers";
import { apply, CHANGED, type Version } from "../applying";
import { applied, editsOf } from "../edits";
import type { Previews } from "../preview";
import { type Subject, subject } from "../subject";
import { Choice, type Decision } from "./choice";
import { checked } from "./levels";

type Talk = Generated["conversation"];

/** As much of the answer of `sureql.status` as counts here. */
interface Status {
  model: { state: string };
}

const SET_UP = "Set up a model";
const AGAIN = "Ask again";
const LOOK = "Status";
/** Milliseconds that the status bar says what was checked. */
const SHOWN = 20_000;

export function register(context: vscode.ExtensionContext, server: Server, previews: Previews): void {
  const choice = new Choice();
  const generate = async (argument?: unknown): Promise<void> => {
    const found = subject(argument, "write SQL into");
    // Nobody shall put a wish into words that nobody reads.
    if (found && !(await missing(server, found))) await converse(server, previews, choice, found);
  };
  context.subscriptions.push(choice, vscode.commands.registerCommand("sureql.generate", generate));
}

/** True where there is no model to ask; the user is told how to get one. */
async function missing(server: Server, where: Subject): Promise<boolean> {
  const status = await server.ask<Status>("sureql.status", { uri: where.uri.toString() });
  if (!status || (status.model.state !== "none" && status.model.state !== "off")) return false;
  const said = status.model.state === "off"
    ? "The model is switched off: switch it on to have SQL written for a question."
    : "SQL for a question is written by a model, and none is set up yet. Everything else works without one.";
  const chosen = await vscode.window.showInformationMessage(said, SET_UP);
  if (chosen === SET_UP) await vscode.commands.executeCommand("sureql.openSettings", "@ext:sureql.sureql model");
  return true;
}

/** Asks until the user takes a statement or gives up. */
async function converse(server: Server, previews: Previews, choice: Choice, where: Subject): Promise<void> {
  let talk: Talk = [];
  let wish = "";
  for (;;) {
    const document = await vscode.workspace.openTextDocument(where.uri);
    const version = document.version;
    const asked = await ask(server, where, talk, wish);
    if (!asked) return;
    const { answer } = asked;
    if (!answer.sql || !answer.edit) {
      if (!(await explainNothing(answer.message))) return;
      // The user wants to put it in other words.
      wish = asked.wish;
      continue;
    }
    const decision = await decide(previews, choice, document, { uri: where.uri, version }, answer);
    if (decision !== "refine") return;
    talk = answer.conversation;
    wish = "";
  }
}

/** The box for the wish; it stays and shows that it works until the answer is there. */
function ask(server: Server, where: Subject, talk: Talk, wish: string): Promise<{ answer: Generated; wish: string } | undefined> {
  const box = vscode.window.createInputBox();
  const asking = new vscode.CancellationTokenSource();
  box.title = talk.length > 0 ? "What shall be different?" : "What shall the query find or do?";
  box.placeholder = talk.length > 0 ? "only those of this year" : "the ten customers with the highest revenue of last month";
  box.prompt = "Enter asks the model; what it writes is checked before you see it.";
  box.value = wish;
  box.ignoreFocusOut = true;
  return new Promise((resolve) => {
    let answered: { answer: Generated; wish: string } | undefined;
    const send = async (): Promise<void> => {
      const prompt = box.value.trim();
      if (!prompt || box.busy) return;
      box.busy = true;
      box.enabled = false;
      const argument = { uri: where.uri.toString(), position: where.position, prompt, conversation: talk };
      const answer = await server.ask<Generated>("sureql.generate", argument, asking.token);
      if (answer) answered = { answer, wish: prompt };
      box.hide();
    };
    box.onDidAccept(() => void send());
    box.onDidHide(() => {
      asking.cancel();
      box.dispose();
      resolve(answered);
    });
    box.show();
  });
}

/** Why there is no statement. True if the user wants to ask again. */
async function explainNothing(message: string): Promise<boolean> {
  const said = message || "The model wrote nothing that passes the checks.";
  const chosen = await vscode.window.showWarningMessage(plain(said), AGAIN, LOOK);
  if (chosen === LOOK) await vscode.commands.executeCommand("sureql.menu");
  return chosen === AGAIN;
}

/** Shows the statement in its place and lets the user decide. */
async function decide(
  previews: Previews,
  choice: Choice,
  document: vscode.TextDocument,
  made: Version,
  answer: Generated,
): Promise<Decision> {
  if (!answer.edit) return "closed";
  const text = applied(document.getText(), editsOf(answer.edit, document.uri.toString()));
  const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
  const column = editor?.viewColumn ?? vscode.ViewColumn.One;
  const diff = previews.make(document, text);
  const title = `${basename(document.uri.path)}: written for you (✓ inserts it)`;
  await previews.show(document, diff, title, column, true);
  const level = checked(answer.level);
  const said = answer.message || `This statement passed the checks${level && `: ${level}`}.`;
  void vscode.window.setStatusBarMessage(`$(check) ${said}`, SHOWN);
  const decision = await choice.of(diff);
  await previews.close(diff);
  if (decision === "closed") return decision;
  await vscode.window.showTextDocument(document, { viewColumn: column });
  if (decision === "insert" && !(await apply(answer.edit, made))) {
    void vscode.window.showWarningMessage(CHANGED);
  }
  return decision;
}
