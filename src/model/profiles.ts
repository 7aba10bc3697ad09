/** Rule: which profiles a declared root has as a whole. TR-106 2.3, 2.4: a profile is listed only if every parameter
 * that it asks for is there, and takes a value where it says so, and every table grows that has to grow. A parameter
 * that this device cannot change takes the value that it has (change.ts) and counts; a hidden one without a write
 * takes none. */
import { type Asked, always, type Binding, type ObjectDef, type Root, type TableDef } from "./define.ts";

export interface Profile {
  /** `Baseline:2`. */
  readonly name: string;
  readonly lacks: readonly Asked[];
}

/** In the order of the data model. */
export function profilesOf(root: Root): readonly Profile[] {
  const tables = new Map<string, TableDef>();
  const there = declared(root.object, "", new Map(), tables);
  const has = ({ path, toWrite }: Asked): boolean => {
    if (path.endsWith(".")) return tables.get(path)?.add !== undefined;
    const binding = there.get(path);
    const hidden = root.schema.parameter(path)?.hidden === true;
    return binding !== undefined && (!toWrite || binding.write !== undefined || !hidden);
  };
  return [...root.schema.asked()].map(([name, asked]) => ({
    name,
    lacks: asked.filter((one) => !has(one)),
  }));
}

function declared(
  def: ObjectDef | TableDef,
  path: string,
  found: Map<string, Binding>,
  tables: Map<string, TableDef>,
): Map<string, Binding> {
  if (def.is === "table") {
    tables.set(`${path}{i}.`, def);
    return declared(def.instance, `${path}{i}.`, found, tables);
  }
  for (const [name, binding] of Object.entries(def.params)) found.set(path + name, binding);
  for (const [name, child] of Object.entries(def.objects)) declared(child, `${path}${name}.`, found, tables);
  return found;
}

/** SupportedDataModel, with a row for the data model that is served. The UUID of its schema is not known here. */
export function supportedModel(standard: string): ObjectDef["params"] {
  return {
    URL: always(`http://www.broadband-forum.org/cwmp/${standard}.xml`),
    URN: always(`urn:broadband-forum-org:${standard}`),
    Features: always(""),
  };
}
