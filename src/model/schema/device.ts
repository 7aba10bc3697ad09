/** Table: the schema of the Device root. */
import type { Schema } from "../define.ts";
import { deviceFacts } from "./device-facts.ts";
import { schemaOf } from "./schema.ts";

export const deviceSchema: Schema = schemaOf(deviceFacts, "2.14");
