// docs/openapi.yaml and docs/asyncapi.yaml as validators, for documents and for living answers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const root = new URL('../../', import.meta.url);
export const text = (path) => readFileSync(new URL(path, root), 'utf8');

// Both documents under made-up addresses, so that references between them resolve as in docs/.
const kBase = 'https://dju.invalid/docs/';
export const documents = {
  'openapi.yaml': parse(text('docs/openapi.yaml')),
  'asyncapi.yaml': parse(text('docs/asyncapi.yaml')),
};

export const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats(ajv);
for (const [name, document] of Object.entries(documents)) ajv.addSchema(document, kBase + name, false, false);

export function lookUp(pointer, document) {
  return pointer
    .split('/')
    .slice(1)
    .reduce((node, part) => node?.[part.replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

/** The node behind a local reference, or the node itself. */
export function resolve(node, document) {
  return node?.$ref?.startsWith('#') ? resolve(lookUp(node.$ref.slice(1), document), document) : node;
}

const encoded = (pointer) => pointer.split('/').map(encodeURIComponent).join('/');
const compiled = new Map();

export function validatorAt(file, pointer) {
  const $ref = `${kBase}${file}#${encoded(pointer)}`;
  if (!compiled.has($ref)) compiled.set($ref, ajv.compile({ $ref }));
  return compiled.get($ref);
}

export function check(validator, value, where) {
  assert.ok(validator(value), `${where}: ${ajv.errorsText(validator.errors)} in ${JSON.stringify(value)?.slice(0, 2000)}`);
}
