/** Table: one call and one response of every method, as they could really be. */
import type { Args, MethodName, Reply } from "../../src/rpc/table.ts";

const value = (Name: string, Value: string, type: string) => ({ Name, Value, type });
const times = { StartTime: "2024-02-29T23:59:59Z", CompleteTime: "0001-01-01T00:00:00Z" };
const noFault = { FaultCode: 0, FaultString: "" };

const values = [
  value("InternetGatewayDevice.DeviceInfo.ProvisioningCode", "a & b <c> ]]> \"d\" 'e'", "string"),
  value("InternetGatewayDevice.Time.Enable", "1", "boolean"),
  value("InternetGatewayDevice.X_Größe", " zwei  Zeilen\nund\tein\rEnde 😀 ", "string"),
  value("InternetGatewayDevice.DeviceInfo.UpTime", "4294967295", "unsignedInt"),
  value("InternetGatewayDevice.A.Int", "-5", "int"),
  value("InternetGatewayDevice.A.Time", "2024-02-29T23:59:59Z", "dateTime"),
  value("InternetGatewayDevice.A.Base64", "AAEC/w==", "base64"),
  value("InternetGatewayDevice.A.Empty", "", "string"),
];

export const samples = {
  GetRPCMethods: { args: {}, reply: { MethodList: ["Inform", "GetRPCMethods", "X_ACME_COM_MyMethod"] } },
  SetParameterValues: { args: { ParameterList: values, ParameterKey: "key 1" }, reply: { Status: 1 } },
  GetParameterValues: {
    args: { ParameterNames: ["InternetGatewayDevice.", ""] },
    reply: { ParameterList: values },
  },
  GetParameterNames: {
    args: { ParameterPath: "", NextLevel: true },
    reply: {
      ParameterList: [
        { Name: "InternetGatewayDevice.", Writable: false },
        { Name: "InternetGatewayDevice.DeviceInfo.ProvisioningCode", Writable: true },
      ],
    },
  },
  SetParameterAttributes: {
    args: {
      ParameterList: [
        {
          Name: "InternetGatewayDevice.DeviceInfo.",
          NotificationChange: true,
          Notification: 2,
          AccessListChange: true,
          AccessList: ["Subscriber"],
        },
        { Name: "", NotificationChange: false, Notification: 0, AccessListChange: false, AccessList: [] },
      ],
    },
    reply: {},
  },
  GetParameterAttributes: {
    args: { ParameterNames: ["InternetGatewayDevice.DeviceInfo.UpTime"] },
    reply: {
      ParameterList: [
        { Name: "InternetGatewayDevice.DeviceInfo.UpTime", Notification: 1, AccessList: ["Subscriber"] },
        { Name: "InternetGatewayDevice.DeviceInfo.ModelName", Notification: 0, AccessList: [] },
      ],
    },
  },
  AddObject: {
    args: { ObjectName: "InternetGatewayDevice.Layer3Forwarding.Forwarding.", ParameterKey: "" },
    reply: { InstanceNumber: 4_294_967_295, Status: 0 },
  },
  DeleteObject: {
    args: { ObjectName: "InternetGatewayDevice.Layer3Forwarding.Forwarding.7.", ParameterKey: "k" },
    reply: { Status: 0 },
  },
  Download: {
    args: {
      CommandKey: "c",
      FileType: "1 Firmware Upgrade Image",
      URL: "http://acs.example/f?a=1&b=2",
      Username: "u",
      Password: "p<&>",
      FileSize: 4_294_967_295,
      TargetFileName: "",
      DelaySeconds: 0,
      SuccessURL: "",
      FailureURL: "",
    },
    reply: { Status: 1, ...times },
  },
  Reboot: { args: { CommandKey: "r" }, reply: {} },
  GetQueuedTransfers: { args: {}, reply: { TransferList: [{ CommandKey: "c", State: 3 }] } },
  ScheduleInform: { args: { DelaySeconds: 1, CommandKey: "s" }, reply: {} },
  SetVouchers: {
    args: { VoucherList: [new Uint8Array([0, 1, 2, 255]), new Uint8Array([9])] },
    reply: {},
  },
  GetOptions: {
    args: { OptionName: "" },
    reply: {
      OptionList: [
        {
          OptionName: "Fast",
          VoucherSN: 17,
          State: 3,
          Mode: 1,
          StartDate: "2024-01-01T00:00:00Z",
          ExpirationDate: "2025-01-01T00:00:00Z",
          IsTransferable: true,
        },
      ],
    },
  },
  Upload: {
    args: {
      CommandKey: "u",
      FileType: "2 Vendor Log File",
      URL: "http://acs.example/log",
      Username: "",
      Password: "",
      DelaySeconds: 3600,
    },
    reply: { Status: 0, ...times },
  },
  FactoryReset: { args: {}, reply: {} },
  GetAllQueuedTransfers: {
    args: {},
    reply: {
      TransferList: [
        {
          CommandKey: "",
          State: 1,
          IsDownload: false,
          FileType: "4 Vendor Log File",
          FileSize: 0,
          TargetFileName: "",
        },
      ],
    },
  },
  Inform: {
    args: {
      DeviceId: { Manufacturer: "M & Söhne", OUI: "00AB12", ProductClass: "Box", SerialNumber: "1.2-3_4" },
      Event: [
        { EventCode: "1 BOOT", CommandKey: "" },
        { EventCode: "M Reboot", CommandKey: "r" },
      ],
      MaxEnvelopes: 1,
      CurrentTime: "2024-07-01T12:00:00+02:00",
      RetryCount: 0,
      ParameterList: values,
    },
    reply: { MaxEnvelopes: 1 },
  },
  TransferComplete: { args: { CommandKey: "c", FaultStruct: noFault, ...times }, reply: {} },
  AutonomousTransferComplete: {
    args: {
      AnnounceURL: "",
      TransferURL: "http://files.example/f",
      IsDownload: true,
      FileType: "3 Vendor Configuration File",
      FileSize: 12,
      TargetFileName: "f",
      FaultStruct: { FaultCode: 9018, FaultString: "checksum" },
      ...times,
    },
    reply: {},
  },
  Kicked: {
    args: { Command: "c", Referer: "http://lan.example/", Arg: "a", Next: "http://isp.example/?a=1&b=2" },
    reply: { NextURL: "/security/index.html" },
  },
  RequestDownload: {
    args: { FileType: "2 Web Content", FileTypeArg: [{ Name: "Version", Value: "2" }] },
    reply: {},
  },
} satisfies { [M in MethodName]: { args: Args<M>; reply: Reply<M> } };
