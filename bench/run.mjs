// `npm run bench`: measures the stdio host on this machine, alone or beside another app-server.
//
//   npm run build && npm run bench
//   npm run bench -- --peer 'codex app-server'        the same work on a second command, in alternation, with ratios
//   npm run bench -- --case cold-start --runs 20      one case (may be repeated), more repetitions
//   npm run bench -- --json > figures.json            every sample, for a program
//
// A scripted model server (test/responses-server-cli.ts) runs as a process of its own and answers both sides alike.
// It writes each response in one piece, so that nothing but the app-server's own work lies between the words. Turn
// times are wall time, from `turn/start` sent to `turn/completed` received, minus the time the model server spent
// on the turn's requests, measured there. Every repetition is a fresh process in a fresh profile folder (HOME,
// SKEIN_HOME and CODEX_HOME point to it, with the same config.toml); own and peer take turns at being first. A
// figure is the median of all samples. Memory is read from /proc, so it needs Linux.
const NODE_MAJOR_MIN = 24

if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  console.error(
    `bench: needs Node ${NODE_MAJOR_MIN} or newer; npm run bench uses the one that npm install brought`,
  )
  process.exit(1)
}
const { bench } = await import('./bench.ts')
await bench(process.argv.slice(2))
