// The machine-readable contracts against each other: docs/openapi.yaml, docs/asyncapi.yaml,
// docs/protocol.md, data/controls.json. Runs without a server: node --test specs.test.mjs
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { validate as validateOpenApi } from '@readme/openapi-parser';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { check, documents, lookUp, resolve, text, validatorAt } from './support/schemas.mjs';

const json = (path) => JSON.parse(text(path));
const openapi = documents['openapi.yaml'];
const asyncapi = documents['asyncapi.yaml'];
const protocol = text('docs/protocol.md');
const controls = json('data/controls.json');

/** Calls `visit(node, pointer)` for every object of a document. */
function walk(node, visit, pointer = '') {
  if (node === null || typeof node !== 'object') return;
  visit(node, pointer);
  for (const [key, child] of Object.entries(node))
    walk(child, visit, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

/** Every schema in a document that stands beside examples, with its pointer and values. */
function withExamples(document) {
  const found = [];
  walk(document, (node, pointer) => {
    const { schema, payload } = node;
    const examples = node.examples && !Array.isArray(node.examples) ? Object.values(node.examples) : node.examples ?? [];
    if (schema && 'example' in node) found.push([`${pointer}/schema`, node.example]);
    if (schema) for (const example of examples) if (example.value !== undefined) found.push([`${pointer}/schema`, example.value]);
    if (payload) for (const example of examples) found.push([`${pointer}/payload`, example.payload]);
  });
  return found;
}

test('openapi.yaml is valid OpenAPI 3.1', async () => {
  const result = await validateOpenApi(structuredClone(openapi));
  assert.ok(result.valid, JSON.stringify(result.errors, null, 1));
});

test('asyncapi.yaml is valid AsyncAPI 3.0', () => {
  const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json');
  // The official schema brings its own copy of the draft 7 meta-schema.
  const official = new Ajv({ strict: false, meta: false, validateSchema: false });
  addFormats(official);
  const validator = official.compile(schema);
  assert.ok(validator(asyncapi), official.errorsText(validator.errors));
});

for (const [file, document] of Object.entries(documents)) {
  test(`${file}: every reference resolves`, () => {
    let count = 0;
    walk(document, (node, pointer) => {
      if (typeof node.$ref !== 'string') return;
      const [path, target] = node.$ref.split('#');
      const into = path === '' ? document : documents[path.replace('./', '')];
      assert.notEqual(lookUp(target, into), undefined, `${pointer}: ${node.$ref}`);
      ++count;
    });
    assert.ok(count > 20);
  });

  test(`${file}: every schema compiles`, () => {
    for (const name of Object.keys(document.components.schemas)) validatorAt(file, `/components/schemas/${name}`);
  });

  test(`${file}: every example is valid`, () => {
    const examples = withExamples(document);
    assert.ok(examples.length > 15, `${examples.length} examples`);
    for (const [pointer, value] of examples) check(validatorAt(file, pointer), value, pointer);
  });
}

/** Cells of the table rows under a heading of protocol.md. */
function rows(heading, from = protocol) {
  const section = from.slice(from.indexOf(heading)).split(/\n\n(?!\|)(?!Client → server|Server → client)/)[0];
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
}

/** `GET /crates · POST `{…}` · PUT /crates/ID` and so on, as {method} {path} of openapi.yaml. */
function documentedRoutes() {
  const routes = new Set();
  for (const [call] of rows('## HTTP')) {
    if (!/^(GET|POST|PUT|PATCH|DELETE) /.test(call)) continue;
    let method = '';
    let path = '';
    const plain = call.replace(/`[^`]*`/g, '').replace(/\([^)]*\)/g, '');
    for (const part of plain.split('·')) {
      for (const word of part.trim().split(/\s+/)) {
        if (/^(GET|POST|PUT|PATCH|DELETE)$/.test(word)) method = word;
        else if (word.startsWith('/')) path = word;
        else if (/^[a-z]+\.[a-z]+$/.test(word)) path = path.replace(/[^/]+$/, word);
      }
      const prefix = ['/health', '/ready', '/metrics'].includes(path) ? '' : '/api/v1';
      routes.add(`${method} ${prefix}${path}`.replaceAll('/ID', '/{id}').replaceAll('/SESSION', '/{session}').replaceAll('/FILE', '/{file}'));
    }
  }
  return routes;
}

test('protocol.md and openapi.yaml list the same calls', () => {
  const listed = new Set();
  for (const [path, item] of Object.entries(openapi.paths))
    for (const method of ['get', 'post', 'put', 'patch', 'delete'])
      if (item[method]) listed.add(`${method.toUpperCase()} ${path}`);
  assert.deepEqual([...listed].sort(), [...documentedRoutes()].sort());
});

test('an analysis is as openapi.yaml describes it', () => {
  const example = json('src/music/fixtures/analysis.json');
  check(validatorAt('openapi.yaml', '/components/schemas/Analysis'), example, 'src/music/fixtures/analysis.json');
  const described = openapi.components.schemas.Analysis.properties;
  assert.deepEqual(Object.keys(example).sort(), Object.keys(described).sort(), 'every field, and no other');
  const page = text('docs/analysis.md');
  for (const field of Object.keys(described)) assert.ok(page.includes(`\`${field}\``), `docs/analysis.md: ${field}`);
});

test('every call has an id, a tag, and the errors of its security', () => {
  const ids = new Set();
  for (const [path, item] of Object.entries(openapi.paths))
    for (const [method, call] of Object.entries(item)) {
      if (method === 'parameters') continue;
      assert.ok(call.operationId && !ids.has(call.operationId), `${method} ${path}`);
      ids.add(call.operationId);
      assert.equal(call.tags?.length, 1, `${method} ${path}`);
      if (call.security) assert.ok(call.responses['401'], `${method} ${path}: 401`);
    }
});

/** Event names in the first column of the table that follows `title`. */
function documentedEvents(title) {
  const table = protocol.slice(protocol.indexOf(`\n${title}\n`) + 1).split('\n\n')[0];
  const names = new Set();
  for (const [cell] of rows(title, table)) {
    if (cell === 'event') continue;
    for (const name of cell.split(',')) names.add(name.trim());
  }
  // The page tells of reactions in the row of the chat.
  if (/^\| chat \|.*; reaction `/m.test(table)) names.add('reaction');
  return names;
}

function specifiedEvents(action) {
  const names = new Set();
  for (const operation of Object.values(asyncapi.operations))
    if (operation.action === action)
      for (const message of operation.messages) names.add(resolve(message, asyncapi).name);
  return names;
}

for (const [title, action] of [['Client → server', 'receive'], ['Server → client', 'send']])
  test(`protocol.md and asyncapi.yaml list the same events: ${title}`, () => {
    const documented = documentedEvents(title);
    assert.ok(documented.size > 10);
    assert.deepEqual([...specifiedEvents(action)].sort(), [...documented].sort());
  });

test('every event of a client is acknowledged, every message has an example', () => {
  for (const [id, operation] of Object.entries(asyncapi.operations)) {
    if (operation.action === 'receive') assert.equal(operation.reply?.messages?.length, 1, id);
    for (const reference of operation.messages) {
      const message = resolve(reference, asyncapi);
      assert.ok(message.examples?.length > 0, `${id}: example`);
    }
  }
});

test('the events of a judge are marked so', () => {
  for (const name of ['transition-detected', 'score-update', 'ai-feedback'])
    assert.deepEqual(asyncapi.components.messages[name].tags, [{ name: 'judge' }]);
});

/** Every control with {n} counted out: {id, row, note?, cc?}. */
function expanded() {
  return controls.controls.flatMap((row) =>
    Array.from({ length: row.count ?? 1 }, (_, i) => ({
      row,
      id: row.id.replace('{n}', i + 1),
      ...(row.note === undefined ? {} : { note: row.note + i }),
      ...(row.cc === undefined ? {} : { cc: row.cc + i }),
    })),
  );
}

const midiCommand = () => validatorAt('asyncapi.yaml', '/components/schemas/MidiCommand');
const wrap = (command) => ({ battleId: 'b-1', playerId: 'p-1', command });

test('midi-command allows every control in both forms', () => {
  const validator = midiCommand();
  for (const { id, row, note, cc } of expanded()) {
    const target = row.scope === 'deck' ? { deck: 'A' } : row.scope === 'monitor' ? { monitor: 'A' } : row.scope === 'sampler' ? { sampler: 1 } : {};
    const what = row.unit === 'track' ? { trackId: 'a1b2' } : { value: row.default };
    check(validator, wrap({ control: id, ...target, ...what }), id);
    if (note !== undefined) check(validator, wrap({ type: 'note', deck: 'A', note, velocity: 127 }), id);
    if (cc !== undefined) check(validator, wrap({ type: 'cc', deck: 'A', controller: cc, value: 64 }), id);
    if (row.pitch_bend) check(validator, wrap({ type: 'pitch_bend', deck: 'A', value: 8192 }), id);
  }
});

test('midi-command refuses what the server refuses', () => {
  const validator = midiCommand();
  for (const command of [
    {},
    'play',
    { control: 'play', deck: 'A' },
    { control: 'play', deck: 'E', value: 1 },
    { control: 'load', deck: 'A', value: 1 },
    { control: 'load', deck: 'A', trackId: '' },
    { type: 'note', deck: 'A', note: 128 },
    { type: 'cc', deck: 'A', controller: 1, value: 128 },
    { type: 'cc', deck: 'A', controller: 1 },
    { type: 'pitch_bend', deck: 'A', value: 16384 },
    { type: 'sysex', deck: 'A', value: 1 },
  ])
    assert.ok(!validator(wrap(command)), JSON.stringify(command));
});

test('controls.json is valid', () => {
  const validator = new Ajv2020({ strict: true, strictRequired: false }).compile(json('data/controls.schema.json'));
  assert.ok(validator(controls), JSON.stringify(validator.errors, null, 1));
});

test('mixer-presets.json is valid', () => {
  const validator = new Ajv2020({ strict: true, strictRequired: false }).compile(json('data/mixer-presets.schema.json'));
  assert.ok(validator(json('data/mixer-presets.json')), JSON.stringify(validator.errors, null, 1));
});

test('rubric.json is valid', () => {
  const validator = new Ajv2020({ strict: true, strictRequired: false }).compile(json('data/rubric.schema.json'));
  assert.ok(validator(json('data/rubric.json')), JSON.stringify(validator.errors, null, 1));
});

test('controller mappings are valid', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false });
  const midi = ajv.compile(json('data/mappings/schema.json'));
  const gamepad = ajv.compile(json('data/mappings/gamepad-schema.json'));
  const files = readdirSync(new URL('../data/mappings/', import.meta.url)).filter((name) => !name.endsWith('schema.json'));
  assert.ok(files.length >= 7);
  for (const name of files) {
    const validator = name === 'gamepad.json' ? gamepad : midi;
    assert.ok(validator(json(`data/mappings/${name}`)), `${name}: ${JSON.stringify(validator.errors)}`);
  }
});

test('controls.json: ids, notes and controllers are unique, defaults lie in their range', () => {
  const all = expanded();
  for (const key of ['id', 'note', 'cc']) {
    const values = all.map((control) => control[key]).filter((value) => value !== undefined);
    assert.equal(new Set(values).size, values.length, `${key}: ${values}`);
    if (key !== 'id') assert.ok(Math.max(...values) <= 127, key);
  }
  assert.ok(controls.controls.filter((row) => row.pitch_bend).length <= 1);
  for (const row of controls.controls) {
    assert.ok(row.min <= row.default && row.default <= row.max, row.id);
    for (const choice of row.choices ?? []) assert.ok(row.min <= choice && choice <= row.max, row.id);
    for (const words of [row.id, row.text.en, row.text.es])
      assert.equal(words.includes('{n}'), row.count !== undefined, `${row.id}: ${words}`);
  }
});

test('the example settings are those that the server reads', () => {
  const read = new Set(text('src/server/config.cpp').match(/(?<=reader\.\w+\(")\w+/g));
  const given = new Set(text('deploy/config.example.toml').match(/^(\w+(?= =)|\[\[\w+)/gm).map((key) => key.replace('[[', '')));
  for (const field of ['urls', 'username', 'credential']) assert.ok(given.delete(field), field);
  assert.deepEqual([...given].sort(), [...read].sort());
  const page = text('docs/operations.md');
  for (const key of read) assert.ok(page.includes(`\`${key}\``) || page.includes(`\`[[${key}]]\``), `docs/operations.md: ${key}`);
});
