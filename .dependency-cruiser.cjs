// The order of the rooms: who may import whom. The picture is in ARCHITECTURE.md.

/** Rooms of the main process, each with the other rooms it imports. All may import lib and protocol. */
const rooms = {
  lib: [],
  config: [],
  sandbox: [],
  model: ['config'],
  instructions: ['model'],
  tools: ['config', 'model', 'sandbox'],
  approvals: ['sandbox', 'tools'],
  storage: ['model'],
  threads: ['approvals', 'config', 'instructions', 'model', 'sandbox', 'storage', 'tools'],
  mcp: ['config', 'model', 'tools'],
  rollouts: ['model', 'storage'],
  // Built on what threads/ offers to everyone; threads/ knows none of them.
  extensions: [
    'approvals',
    'config',
    'instructions',
    'model',
    'sandbox',
    'storage',
    'threads',
    'tools',
  ],
  api: [
    'approvals',
    'config',
    'extensions',
    'mcp',
    'model',
    'rollouts',
    'sandbox',
    'storage',
    'threads',
    'tools',
  ],
  host: ['api'],
}

const tests = '\\.test\\.tsx?$'

const roomRules = Object.entries(rooms).map(([room, others]) => ({
  name: `main-${room}`,
  comment: `${room}/ may import ${['lib', 'protocol', ...others].join(', ')} and packages.`,
  severity: 'error',
  from: { path: `^src/main/${room}/`, pathNot: tests },
  to: {
    path: '^(src|test|e2e|scripts|bench)/',
    pathNot: [`^src/main/(${[room, 'lib', ...others].join('|')})/`, '^src/protocol/'],
  },
}))

/** `what` is seen in `where` and nowhere else. */
function fence(name, what, where) {
  return {
    name: `fence-${name}`,
    comment: `${name} belongs to ${where} alone.`,
    severity: 'error',
    from: { path: '^src/', pathNot: where },
    to: { path: what },
  }
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'Two files that need each other share a thing that wants a file and a name of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\.css$' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: [tests, '/test-support/'] },
      to: { path: ['^(test|e2e|scripts|bench)/', tests, '/test-support/'] },
    },
    {
      name: 'protocol',
      comment: 'The contract imports zod and nothing else.',
      severity: 'error',
      from: { path: '^src/protocol/', pathNot: tests },
      to: { pathNot: ['^src/protocol/', '^node_modules/zod/'] },
    },
    {
      name: 'preload',
      comment: 'The preload script knows the contract and electron.',
      severity: 'error',
      from: { path: '^src/preload/', pathNot: tests },
      to: { pathNot: ['^src/(preload|protocol)/', '^(node_modules/)?electron(/|$)'] },
    },
    {
      name: 'renderer',
      comment: 'The window knows the contract, its own rooms and packages that run in a browser.',
      severity: 'error',
      from: { path: '^src/renderer/', pathNot: tests },
      to: {
        path: '^(src|test|e2e|scripts|bench)/',
        pathNot: ['^src/(renderer|protocol)/'],
      },
    },
    {
      name: 'no-node-in-the-window',
      severity: 'error',
      from: { path: '^src/(renderer|protocol)/', pathNot: [tests, '/test-support/'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'renderer-ui',
      comment: 'Buttons and dialogs know nothing of threads.',
      severity: 'error',
      from: { path: '^src/renderer/ui/' },
      to: { path: '^src/(protocol|renderer/(state|features|bridge))/' },
    },
    {
      name: 'renderer-bridge',
      comment: 'Screens reach the bridge through an action of a store.',
      severity: 'error',
      from: { path: '^src/renderer/(features|ui)/', pathNot: tests },
      to: { path: '^src/renderer/bridge/' },
    },
    ...roomRules,
    {
      name: 'no-room-without-a-rule',
      comment: 'A new room of the main process says first whom it may import.',
      severity: 'error',
      from: {
        path: '^src/main/[^/]+/',
        pathNot: [`^src/main/(compose|${Object.keys(rooms).join('|')})/`, tests],
      },
      to: {},
    },
    {
      name: 'storage-loads-no-schemas',
      comment:
        'The worker that opens the store starts with the app: building the contract there costs its start.',
      severity: 'error',
      from: { path: '^src/main/storage/', pathNot: tests },
      to: { path: '^src/protocol/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'threads-know-ports',
      comment:
        'Ports, the types they speak in and pure functions; compose.ts hands in the adapters.',
      severity: 'error',
      from: { path: '^src/main/(threads|api)/', pathNot: tests },
      to: {
        path: '^src/main/(model|sandbox|storage|tools)/',
        pathNot: [
          '^src/main/model/(model-client|model-item|retry)\\.ts$',
          '^src/main/sandbox/(sandbox|permission-profile|check-path)\\.ts$',
          '^src/main/storage/(store|journal|thread-event|preview|search/search)\\.ts$',
          '^src/main/tools/(tool|registry|client-process)\\.ts$',
        ],
      },
    },
    {
      name: 'compose',
      comment: 'Builds everything, hosts excepted: they are handed what it built.',
      severity: 'error',
      from: { path: '^src/main/compose(\\.ts$|/)' },
      to: { path: '^src/(main/(host/|index\\.ts|cli\\.ts)|renderer/|preload/)' },
    },
    {
      name: 'hosts-are-strangers',
      comment: 'What two hosts share lies beside them, not in one of them.',
      severity: 'error',
      from: { path: '^src/main/host/([^/]+)/', pathNot: tests },
      to: { path: '^src/main/host/[^/]+/', pathNot: '^src/main/host/$1/' },
    },
    {
      name: 'cli-runs-without-electron',
      severity: 'error',
      from: { path: '^src/main/cli\\.ts$' },
      to: { path: '^(node_modules/)?electron(/|$)', reachable: true },
    },
    fence(
      'electron',
      '^(node_modules/)?electron(/|$)',
      '^src/(main/host/electron/|main/index\\.ts|preload/)',
    ),
    fence('better-sqlite3', 'node_modules/(@types/)?better-sqlite3/', '^src/main/storage/'),
    fence('react', 'node_modules/(@types/)?react(-dom)?/', '^src/renderer/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^out/', '\\.(css|svg|png)$'] },
    // TypeScript 7 has no compiler API; this parser reads type imports too.
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
