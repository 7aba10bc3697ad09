/** Rule: the pages that a person sees: status, waiting, progress of a download, errors. TR-069 D.3, A.4.2.1. */

import type { Word } from "./english.ts";
import { type Html, html } from "./html.ts";
import { pageLimits as limits } from "./limits.ts";
import { momentText } from "./moment.ts";
import { paths } from "./paths.ts";
import type { DownloadShown, StatusShown } from "./shown.ts";
import { filled, type Language } from "./words.ts";

/** Errors by name: the sentence that names the fault, and the advice. */
export const troubles = {
  refused: ["errorRefused", "adviceRetry"],
  late: ["errorLate", "adviceRetry"],
  away: ["errorAway", "adviceRetry"],
  next: ["errorNext", "adviceProvider"],
  unmanaged: ["errorUnmanaged", "adviceUnmanaged"],
  gone: ["errorGone", "adviceLink"],
  limit: ["errorLimit", "adviceLater"],
  bad: ["errorBad", "adviceProvider"],
  foreign: ["errorForeign", "adviceLink"],
  host: ["errorHost", "adviceLink"],
  missing: ["errorMissing", "adviceLink"],
  method: ["errorMethod", "adviceLink"],
  busy: ["errorBusy", "adviceRetry"],
} as const satisfies Readonly<Record<string, readonly [Word, Word]>>;

export type Trouble = keyof typeof troubles;

function layout({ code, words }: Language, title: string, main: Html): Html {
  const name = title === words.title ? title : `${title} · ${words.title}`;
  return html`<!doctype html>
<html lang="${code}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${name}</title><link rel="stylesheet" href="${paths.style}"></head>
<body><header><a href="${paths.status}">${words.title}</a></header><main>${main}</main></body></html>
`;
}

export function errorPage(language: Language, trouble: Trouble): Html {
  const { words } = language;
  const [what, advice] = troubles[trouble];
  return layout(
    language,
    words.errorTitle,
    html`<section class="lead bad"><h1>${words.errorTitle}</h1><p>${words[what]}</p><p>${words[advice]}</p><p><a href="${paths.status}">${words.home}</a></p></section>`,
  );
}

/** Goes on without JavaScript: the answer has a Refresh header with the target of the link. */
export function waitingPage(language: Language, ticket: string): Html {
  const { words } = language;
  return layout(
    language,
    words.waitTitle,
    html`<section class="lead"><h1>${words.waitTitle}</h1><p role="status">${words.waitText}</p><p class="dots" aria-hidden="true"><i></i><i></i><i></i></p><p><a class="button" href="${waitPath(ticket)}">${words.waitLink}</a></p></section>`,
  );
}

export const waitPath = (ticket: string): string => `${paths.wait}?ticket=${encodeURIComponent(ticket)}`;
export const progressPath = (ticket: string): string => `${paths.progress}?ask=${encodeURIComponent(ticket)}`;

/** @param asked the ACS has been asked for a file; `ended`: the outcome, undefined: none yet */
export function progressPage(
  language: Language,
  downloads: readonly DownloadShown[],
  asked: { readonly ended: boolean | undefined } | undefined,
): Html {
  const { words } = language;
  const ended = asked?.ended;
  const said = ended === true ? words.progressDone : ended === false ? words.progressFailed : undefined;
  const idle = asked === undefined ? words.progressNone : words.progressAsked;
  const lead = said ?? (downloads.length === 0 ? idle : undefined);
  const going = ended === undefined && (asked !== undefined || downloads.length > 0);
  const hints = going ? html`<p>${words.progressKeep} ${words.progressReload}</p>` : undefined;
  return layout(
    language,
    words.progressTitle,
    html`<section class="lead${ended === undefined ? "" : ended ? " good" : " bad"}"><h1>${words.progressTitle}</h1>${
      lead === undefined ? undefined : html`<p role="status">${lead}</p>`
    }${ended === undefined ? downloads.map((one) => downloadOf(language, one)) : undefined}${hints}<p><a href="${paths.status}">${words.home}</a></p></section>`,
  );
}

const kinds: Readonly<Record<DownloadShown["kind"], Word>> = {
  firmware: "downloadFirmware",
  content: "downloadContent",
  other: "downloadOther",
};
const stages: Readonly<Record<DownloadShown["stage"], Word>> = {
  queued: "stageQueued",
  running: "stageRunning",
  fetched: "stageFetched",
  applying: "stageApplying",
};

function downloadOf({ words }: Language, { kind, stage, percent }: DownloadShown): Html {
  const name = words[kinds[kind]];
  const amount = percent === undefined ? "" : ` (${filled(words.progress, { percent })})`;
  const bar =
    percent === undefined
      ? undefined
      : html`<progress max="100" value="${percent}" aria-label="${name}">${percent} %</progress>`;
  return html`<p>${name}: ${words[stages[stage]]}${amount}</p>${bar}`;
}

export function statusPage(language: Language, shown: StatusShown): Html {
  const { words } = language;
  const trouble = shown.state === "trouble";
  const kind = { well: " good", trouble: " bad", never: "", unmanaged: "", off: "" }[shown.state];
  const rows: readonly (readonly [Word, string | Html])[] = [
    ...(shown.host === "" ? [] : [["provider", shown.host] as const]),
    ["lastContact", lastText(language, shown)],
    ["nextContact", nextText(language, shown)],
    ["firmware", shown.firmware],
    ...(shown.options.length === 0 ? [] : [["options", list(shown.options)] as const]),
    ...(shown.downloads.length === 0
      ? []
      : [["download", html`${shown.downloads.map((one) => downloadOf(language, one))}`] as const]),
    ...(shown.changeable.length === 0
      ? []
      : [["changeable", list(shown.changeable.map((one) => changeText(language, one)))] as const]),
  ];
  return layout(
    language,
    words.title,
    html`<section class="lead${kind}"><h1>${words[headlines[shown.state]]}</h1>${
      trouble ? html`<p>${words.troubleAdvice}</p>` : undefined
    }</section><section aria-labelledby="details"><h2 id="details">${words.details}</h2><dl>${rows.map(
      ([word, text]) => html`<dt>${words[word]}</dt><dd>${text}</dd>`,
    )}</dl></section>${shown.mayAsk ? askForm(language) : undefined}`,
  );
}

const headlines: Readonly<Record<StatusShown["state"], Word>> = {
  well: "managed",
  trouble: "managedTrouble",
  never: "managedNever",
  unmanaged: "unmanaged",
  off: "switchedOff",
};

const list = (texts: readonly string[]): Html =>
  html`<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul>`;

const changeText = ({ words }: Language, one: StatusShown["changeable"][number]): string =>
  one.is === "url" ? words.changeUrl : filled(words.changeInterval, { minutes: one.minutes });

function lastText({ words, code }: Language, { last, session, zone, failures }: StatusShown): string {
  if (session) return words.contactNow;
  if (last === undefined) return words.contactNever;
  const time = last.ended === undefined ? words.unknownTime : momentText(last.ended, zone, code);
  if (last.well) return filled(words.endedWell, { time });
  return filled(failures > 1 ? words.endedBadlyTimes : words.endedBadly, { time, count: failures });
}

function nextText({ words, code }: Language, { next, now, zone }: StatusShown): string {
  if (next === undefined) return words.none;
  if (next <= now) return words.soon;
  return momentText(next, zone, code);
}

/** The form asks by POST. Only a form of this page is accepted. */
function askForm({ words }: Language): Html {
  return html`<section aria-labelledby="ask"><h2 id="ask">${words.ask}</h2><p>${words.askAdvice}</p><form method="post" action="${paths.ask}"><button name="file" value="firmware">${words.askFirmware}</button><button class="second" name="file" value="content">${words.askContent}</button></form></section>`;
}

/** Refresh, which browsers obey without JavaScript. */
export const goesOn = (path: string, seconds: number): readonly (readonly [string, string])[] => [
  ["Refresh", `${seconds}; url=${path}`],
];

/** Seconds after which the two pages that reload themselves ask again. */
export const again = { wait: limits.waitSeconds, progress: limits.progressSeconds } as const;
