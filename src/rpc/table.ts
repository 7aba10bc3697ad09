/** Table: every RPC method of Amendment 2: the side that answers it, its arguments, its response, its faults.
 * TR-069 Annex A. The types of handlers, decoding and argument checks, encoding, and GetRPCMethods are
 * derived from it. */
import { unknownTime } from "../datetime.ts";
import {
  array,
  base64,
  boolean,
  dateTime,
  type Fields,
  int,
  parameterValue,
  path,
  string,
  struct,
  unsignedInt,
  type Values,
} from "./types.ts";

export type Responder = "CPE" | "ACS";

interface Method {
  readonly section: string;
  readonly on: readonly Responder[];
  readonly args: Fields;
  readonly reply: Fields;
  /** Standard codes that may answer it (A.5); 9000 may for every method, as 9004 may for every envelope too long. */
  readonly faults: readonly number[];
}

const commandKey = string(32);
const parameterKey = string(32);
const status = int(0, 1);
const parameters = array(parameterValue);
const parameterNames = array(path(256));
const accessList = array(string(64));
/** Tables 34, 35: one envelope a message in this version, even if the peer allows more. */
const maxEnvelopes = unsignedInt(0, { ignored: true, missing: "1" });

const deviceId = struct("DeviceIdStruct", {
  Manufacturer: string(64),
  OUI: string(6),
  ProductClass: string(64),
  SerialNumber: string(64),
});

/** Table 40. */
const fault = struct("FaultStruct", { FaultCode: unsignedInt(), FaultString: string(256) });

const times = { StartTime: dateTime(), CompleteTime: dateTime() } as const;

export const methods = {
  GetRPCMethods: {
    section: "A.3.1.1",
    on: ["CPE", "ACS"],
    args: {},
    reply: { MethodList: array(string(64)) },
    faults: [9001, 9002, 8001, 8002, 8005],
  },
  SetParameterValues: {
    section: "A.3.2.1",
    on: ["CPE"],
    args: { ParameterList: parameters, ParameterKey: parameterKey },
    reply: { Status: status },
    faults: [9001, 9002, 9003, 9004, 9005, 9006, 9007, 9008],
  },
  GetParameterValues: {
    section: "A.3.2.2",
    on: ["CPE"],
    args: { ParameterNames: parameterNames },
    reply: { ParameterList: parameters },
    faults: [9001, 9002, 9003, 9004, 9005],
  },
  GetParameterNames: {
    section: "A.3.2.3",
    on: ["CPE"],
    args: { ParameterPath: path(256), NextLevel: boolean },
    reply: { ParameterList: array(struct("ParameterInfoStruct", { Name: path(256), Writable: boolean })) },
    faults: [9001, 9002, 9003, 9005],
  },
  SetParameterAttributes: {
    section: "A.3.2.4",
    on: ["CPE"],
    args: {
      ParameterList: array(
        struct("SetParameterAttributesStruct", {
          Name: path(256),
          NotificationChange: boolean,
          Notification: int(0, 2, { onlyIf: "NotificationChange" }),
          AccessListChange: boolean,
          AccessList: accessList,
        }),
      ),
    },
    reply: {},
    faults: [9001, 9002, 9003, 9004, 9005, 9009],
  },
  GetParameterAttributes: {
    section: "A.3.2.5",
    on: ["CPE"],
    args: { ParameterNames: parameterNames },
    reply: {
      ParameterList: array(
        struct("ParameterAttributeStruct", {
          Name: path(256),
          Notification: int(0, 2),
          AccessList: accessList,
        }),
      ),
    },
    faults: [9001, 9002, 9003, 9004, 9005],
  },
  AddObject: {
    section: "A.3.2.6",
    on: ["CPE"],
    args: { ObjectName: path(256), ParameterKey: string(32, { missing: "" }) },
    reply: { InstanceNumber: unsignedInt(1), Status: status },
    faults: [9001, 9002, 9003, 9004, 9005],
  },
  DeleteObject: {
    section: "A.3.2.7",
    on: ["CPE"],
    args: { ObjectName: path(256), ParameterKey: string(32, { missing: "" }) },
    reply: { Status: status },
    faults: [9001, 9002, 9003, 9005],
  },
  Download: {
    section: "A.3.2.8",
    on: ["CPE"],
    args: {
      CommandKey: commandKey,
      FileType: string(64),
      URL: string(256),
      Username: string(256),
      Password: string(256),
      FileSize: unsignedInt(),
      TargetFileName: string(256),
      DelaySeconds: unsignedInt(),
      SuccessURL: string(256),
      FailureURL: string(256),
    },
    reply: { Status: status, ...times },
    faults: [9000, 9001, 9002, 9003, 9004, 9010, 9012, 9013],
  },
  Reboot: {
    section: "A.3.2.9",
    on: ["CPE"],
    args: { CommandKey: string(32, { missing: "" }) },
    reply: {},
    faults: [9001, 9002, 9003],
  },
  GetQueuedTransfers: {
    section: "A.4.1.1",
    on: ["CPE"],
    args: {},
    reply: {
      TransferList: array(struct("QueuedTransferStruct", { CommandKey: commandKey, State: int(1, 3) }), 16),
    },
    faults: [9000, 9001, 9002],
  },
  ScheduleInform: {
    section: "A.4.1.2",
    on: ["CPE"],
    args: { DelaySeconds: unsignedInt(1), CommandKey: commandKey },
    reply: {},
    faults: [9000, 9001, 9002, 9003],
  },
  SetVouchers: {
    section: "A.4.1.3",
    on: ["CPE"],
    args: { VoucherList: array(base64) },
    reply: {},
    faults: [9000, 9001, 9002, 9003, 9004],
  },
  GetOptions: {
    section: "A.4.1.4",
    on: ["CPE"],
    args: { OptionName: string(64) },
    reply: {
      OptionList: array(
        struct("OptionStruct", {
          OptionName: string(64),
          VoucherSN: unsignedInt(),
          State: unsignedInt(),
          Mode: int(0, 2),
          StartDate: dateTime(),
          // Optional in the schema only; Table 52 asks for the Unknown Time.
          ExpirationDate: dateTime({ missing: unknownTime }),
          IsTransferable: boolean,
        }),
      ),
    },
    faults: [9000, 9001, 9002, 9003],
  },
  Upload: {
    section: "A.4.1.5",
    on: ["CPE"],
    args: {
      CommandKey: commandKey,
      FileType: string(64),
      URL: string(256),
      Username: string(256),
      Password: string(256),
      DelaySeconds: unsignedInt(),
    },
    reply: { Status: status, ...times },
    faults: [9000, 9001, 9002, 9003, 9004, 9011, 9012, 9013],
  },
  FactoryReset: {
    section: "A.4.1.6",
    on: ["CPE"],
    args: {},
    reply: {},
    faults: [9000, 9001, 9002, 9003],
  },
  GetAllQueuedTransfers: {
    section: "A.4.1.7",
    on: ["CPE"],
    args: {},
    reply: {
      TransferList: array(
        struct("AllQueuedTransferStruct", {
          CommandKey: commandKey,
          State: int(1, 3),
          IsDownload: boolean,
          FileType: string(64),
          FileSize: unsignedInt(),
          TargetFileName: string(256),
        }),
        16,
      ),
    },
    faults: [9000, 9001, 9002],
  },
  Inform: {
    section: "A.3.3.1",
    on: ["ACS"],
    args: {
      DeviceId: deviceId,
      Event: array(struct("EventStruct", { EventCode: string(64), CommandKey: commandKey }), 64),
      MaxEnvelopes: maxEnvelopes,
      CurrentTime: dateTime(),
      RetryCount: unsignedInt(),
      ParameterList: parameters,
    },
    reply: { MaxEnvelopes: maxEnvelopes },
    faults: [8001, 8002, 8003, 8004, 8005],
  },
  TransferComplete: {
    section: "A.3.3.2",
    on: ["ACS"],
    args: { CommandKey: commandKey, FaultStruct: fault, ...times },
    reply: {},
    faults: [8000, 8001, 8002, 8003, 8004, 8005],
  },
  AutonomousTransferComplete: {
    section: "A.3.3.3",
    on: ["ACS"],
    args: {
      AnnounceURL: string(1024),
      TransferURL: string(1024),
      IsDownload: boolean,
      FileType: string(64),
      FileSize: unsignedInt(),
      TargetFileName: string(256),
      FaultStruct: fault,
      ...times,
    },
    reply: {},
    faults: [8000, 8001, 8002, 8003, 8004, 8005],
  },
  Kicked: {
    section: "A.4.2.1",
    on: ["ACS"],
    args: { Command: string(32), Referer: string(64), Arg: string(256), Next: string(1024) },
    reply: { NextURL: string(1024) },
    faults: [8000, 8001, 8002, 8003, 8005],
  },
  RequestDownload: {
    section: "A.4.2.2",
    on: ["ACS"],
    args: {
      FileType: string(64),
      FileTypeArg: array(struct("ArgStruct", { Name: string(64), Value: string(256) }), 16),
    },
    reply: {},
    faults: [8000, 8001, 8002, 8003, 8005],
  },
} as const satisfies Record<string, Method>;

export type MethodName = keyof typeof methods;

/** Arguments of a call, by the specification's names. */
export type Args<M extends MethodName> = Values<(typeof methods)[M]["args"]>;

/** Arguments of its response. */
export type Reply<M extends MethodName> = Values<(typeof methods)[M]["reply"]>;

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

/** The answer of that side to GetRPCMethods, in the specification's order. A.3.1.1. */
export function methodList(side: Responder, serves: (method: MethodName) => boolean): MethodName[] {
  return (Object.keys(methods) as MethodName[]).filter((name) => {
    const { on }: Method = methods[name];
    return on.includes(side) && serves(name);
  });
}

/** The code among those that the method's section allows; 9001 replaces a code that it does not. For a call to
 * an ACS the code is given in the CPE's numbers all the same: 9003 for 8003. */
export function faultFor<C extends 9003 | 9004>(method: MethodName, code: C): C | 9001 {
  const { faults }: Method = methods[method];
  return faults.includes(code) || faults.includes(code - 1000) ? code : 9001;
}
