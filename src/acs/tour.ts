/** Rule: the requests of the ACS to a device that it meets for the first time. A.3.1.1, A.3.2.1 to A.3.2.3, 3.2.2. */
import { ask, type Opened, type Task } from "./state.ts";

/** The whole tour for a new device (0 BOOTSTRAP); credentials alone for one that is only new to this ACS. */
export function tour(opened: Opened): readonly Task[] {
  const { root, credentials } = opened.device;
  const isNew = opened.events.some((code) => code.startsWith("0 "));
  if (!isNew) return credentials === undefined ? [agreement(opened)] : [];
  return [
    ask("GetRPCMethods", {}),
    ask("GetParameterNames", { ParameterPath: root, NextLevel: true }),
    ask("GetParameterValues", { ParameterNames: [`${root}DeviceInfo.`] }),
    agreement(opened),
    ask("GetParameterValues", { ParameterNames: [`${root}ManagementServer.`] }),
  ];
}

/** Keeps the device's user name for Connection Requests, or gives it one, and sets a password that nobody can guess:
 * the present one cannot be read (it reads back empty). */
function agreement({ device, fresh }: Opened): Task {
  const username = `${device.root}ManagementServer.ConnectionRequestUsername`;
  const password = `${device.root}ManagementServer.ConnectionRequestPassword`;
  const set = (present: string): Task => {
    const credentials = { username: present || `acs-${fresh.slice(0, 6)}`, password: fresh.slice(8, 24) };
    const text = (Name: string, Value: string) => ({ Name, Value, type: "string" });
    const ParameterList = [
      ...(present === "" ? [text(username, credentials.username)] : []),
      text(password, credentials.password),
    ];
    return ask("SetParameterValues", { ParameterList, ParameterKey: "" }, { credentials });
  };
  return ask(
    "GetParameterValues",
    { ParameterNames: [username] },
    {
      after: (result) => (result.is === "reply" ? [set(result.args.ParameterList[0]?.Value ?? "")] : []),
    },
  );
}
