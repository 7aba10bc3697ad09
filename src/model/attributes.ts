/** Rule: Notification and AccessList of parameters. TR-069 A.3.2.4, A.3.2.5.
 *
 * Kept in the shelf "attribute" by full name, and only attributes that differ from the data model's own.
 * "Subscriber" is the one entity that there is; others are accepted and, being unknown, ignored (A.3.2.4 Table 22). */
import { Fault } from "../errors.ts";
import type { Write } from "../ports/store.ts";
import type { ParameterAttributeStruct, SetParameterAttributesStruct } from "../rpc/messages.ts";
import { characters } from "./constraint.ts";
import { modelLimits } from "./limits.ts";
import type { Leaf } from "./node.ts";
import { isForced } from "./shape.ts";

/** The attributes that the ACS has changed. */
interface Attributes {
  readonly notification?: number;
  readonly accessList?: readonly string[];
}

export type Notification = 0 | 1 | 2;

export interface AttributePlan {
  readonly writes: readonly Write<"src/model">[];
  /** Parameters that are notified now and were not before. */
  readonly notified: readonly Leaf[];
}

export interface AttributeBook {
  notification(leaf: Leaf): Notification;
  read(leaf: Leaf): ParameterAttributeStruct;
  /** Whether anybody but the ACS may write the parameter. */
  subscriber(leaf: Leaf): boolean;
  /** Full names of those whose Notification the ACS has set to 1 or 2. */
  notified(): readonly string[];
  /** Works all entries out, in their order; nothing is changed.
   * @param below the parameters that a Name covers; @throws Fault 9005
   * @throws Fault 9003, 9009 */
  plan(
    list: readonly SetParameterAttributesStruct[],
    below: (name: string) => readonly Leaf[],
  ): AttributePlan;
  /** The rows to write when an instance is removed. */
  removal(instance: string): readonly Write<"src/model">[];
  /** The rows to write when the Notification of all parameters below an object is reset to the data model's own. */
  restoration(object: string): readonly Write<"src/model">[];
  /** The writes are on disk. */
  settle(writes: readonly Write<"src/model">[]): void;
}

const everybody: readonly string[] = ["Subscriber"];

export function openAttributes(rows: ReadonlyMap<string, unknown>): AttributeBook {
  const book = new Map(rows as ReadonlyMap<string, Attributes>);

  const notificationIn = (leaf: Leaf, own: Attributes | undefined): Notification => {
    if (isForced(leaf.shape)) return 2;
    const byDefault = leaf.shape.fact.activeNotify === "forceDefaultEnabled" ? 2 : 0;
    return (own?.notification ?? byDefault) as Notification;
  };
  const notification = (leaf: Leaf): Notification => notificationIn(leaf, book.get(leaf.name));
  const accessList = (leaf: Leaf): readonly string[] => book.get(leaf.name)?.accessList ?? everybody;

  return {
    notification,
    read: (leaf) => ({ Name: leaf.name, Notification: notification(leaf), AccessList: accessList(leaf) }),
    subscriber: (leaf) => accessList(leaf).includes("Subscriber"),
    notified: () => [...book].filter(([, own]) => (own.notification ?? 0) > 0).map(([name]) => name),
    plan(list, below) {
      const changed = new Map<Leaf, Attributes>();
      for (const entry of list) {
        const change = changeOf(entry);
        for (const leaf of below(entry.Name)) {
          if (change.notification === 2 && leaf.shape.fact.activeNotify === "canDeny") {
            throw new Fault(9009, `${leaf.name} changes too often for active notification`);
          }
          changed.set(leaf, { ...(changed.get(leaf) ?? book.get(leaf.name)), ...change });
        }
      }
      const notified = [...changed].filter(
        ([leaf, own]) => notification(leaf) === 0 && notificationIn(leaf, own) > 0,
      );
      return {
        writes: [...changed].map(([leaf, value]) => ({ shelf: "attribute", key: leaf.name, value })),
        notified: notified.map(([leaf]) => leaf),
      };
    },
    removal: (instance) =>
      [...book.keys()]
        .filter((name) => name.startsWith(instance))
        .map((key) => ({ shelf: "attribute", key, value: null })),
    restoration: (object) =>
      [...book]
        .filter(([name, own]) => name.startsWith(object) && own.notification !== undefined)
        .map(([key, { notification: _, ...rest }]) => ({
          shelf: "attribute",
          key,
          value: Object.keys(rest).length === 0 ? null : rest,
        })),
    settle(writes) {
      for (const { shelf, key, value } of writes) {
        if (shelf !== "attribute") continue;
        if (value === null) book.delete(key);
        else book.set(key, value as Attributes);
      }
    },
  };
}

/** Only the attributes whose flags are set are judged: servers leave the rest empty. */
function changeOf(entry: SetParameterAttributesStruct): Attributes {
  const { Notification: notification, AccessList: list } = entry;
  if (entry.NotificationChange && ![0, 1, 2].includes(notification)) {
    throw new Fault(9003, "Notification is not 0, 1 or 2");
  }
  if (entry.AccessListChange && list.some((one) => characters(one) > modelLimits.accessEntryCharsMax)) {
    throw new Fault(9003, `An AccessList entry is longer than ${modelLimits.accessEntryCharsMax} characters`);
  }
  return {
    ...(entry.NotificationChange ? { notification } : {}),
    ...(entry.AccessListChange ? { accessList: everybody.filter((one) => list.includes(one)) } : {}),
  };
}
