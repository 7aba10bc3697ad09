/** Handler: the methods that concern parameters and objects: arguments to the model, its answer to the response.
 * TR-069 A.3.2.1 to A.3.2.7. */
import { Fault } from "../errors.ts";
import type { Model } from "../model/session.ts";
import { type Args, type MethodName, methods } from "../rpc/table.ts";
import type { Done } from "./effect.ts";

/** Each method has its own list of codes (A.3.2); another code is sent as an internal error. */
async function answer<M extends MethodName>(method: M, reply: Promise<Done<M>["reply"]>): Promise<Done<M>> {
  try {
    return { reply: await reply };
  } catch (error) {
    const codes: readonly number[] = methods[method].faults;
    throw error instanceof Fault && !codes.includes(error.code) ? new Fault(9002, error.message) : error;
  }
}

export const setParameterValues = (model: Model, args: Args<"SetParameterValues">) =>
  answer(
    "SetParameterValues",
    model.set(args.ParameterList, "acs", args.ParameterKey).then(({ status }) => ({ Status: status })),
  );

export const getParameterValues = (model: Model, args: Args<"GetParameterValues">) =>
  answer(
    "GetParameterValues",
    model.values(args.ParameterNames).then((list) => ({ ParameterList: list })),
  );

export const getParameterNames = (model: Model, args: Args<"GetParameterNames">) =>
  answer(
    "GetParameterNames",
    model.names(args.ParameterPath, args.NextLevel).then((list) => ({ ParameterList: list })),
  );

export const setParameterAttributes = (model: Model, args: Args<"SetParameterAttributes">) =>
  answer(
    "SetParameterAttributes",
    model.setAttributes(args.ParameterList).then(() => ({})),
  );

export const getParameterAttributes = (model: Model, args: Args<"GetParameterAttributes">) =>
  answer(
    "GetParameterAttributes",
    model.attributes(args.ParameterNames).then((list) => ({ ParameterList: list })),
  );

export const addObject = (model: Model, args: Args<"AddObject">) =>
  answer(
    "AddObject",
    model
      .add(args.ObjectName, "acs", args.ParameterKey)
      .then(({ instance, status }) => ({ InstanceNumber: instance, Status: status })),
  );

export const deleteObject = (model: Model, args: Args<"DeleteObject">) =>
  answer(
    "DeleteObject",
    model.remove(args.ObjectName, "acs", args.ParameterKey).then(({ status }) => ({ Status: status })),
  );
