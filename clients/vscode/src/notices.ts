/** Texts for notifications. The editor makes links of what looks like one in them, and a `command:` link
 * runs any command of the editor, a terminal's too. Our messages quote names and files of a workspace, and
 * what a model wrote: whoever wrote those must not reach the user's clicks. */

import type { Message, MessageStrategy, NotificationMessage } from "vscode-languageclient/node";

/** `text` without links. */
export function plain(text: string): string {
  return text.replaceAll("](", "] (");
}

const SHOWN = ["window/showMessage", "window/showMessageRequest"];

/** Takes the links out of what the server wants to be shown, before the library shows it. */
export const messageStrategy: MessageStrategy = {
  handleMessage: (message, next) => next(isShown(message) ? shown(message) : message),
};

interface Shown extends NotificationMessage {
  params: { message: string };
}

function isShown(message: Message): message is Shown {
  const { method, params } = message as Partial<NotificationMessage>;
  return method !== undefined && SHOWN.includes(method) && typeof (params as Partial<Shown["params"]> | undefined)?.message === "string";
}

function shown(message: Shown): Shown {
  return { ...message, params: { ...message.params, message: plain(message.params.message) } };
}
