// The system calls that a sandboxed command may not make, as a filter program of the kernel, and the open file that
// hands it to bubblewrap. It holds even where a namespace has a hole: the second wall behind the first.
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export type Network = 'restricted' | 'enabled'

/** Numbers of system calls differ between machines; those from 424 on are the same everywhere. */
interface Machine {
  /** AUDIT_ARCH_*: what the kernel says a call was made for. */
  readonly audit: number
  readonly clone: number
  readonly ioctl: number
  readonly socket: number
  readonly socketpair: number
  readonly refused: readonly number[]
}

/** Looking into other processes, other ways into the kernel, mounts and namespaces, modules, the machine itself. */
const refusedNames = [
  ...['ptrace', 'process_vm_readv', 'process_vm_writev', 'perf_event_open', 'userfaultfd', 'bpf'],
  ...['add_key', 'request_key', 'keyctl', 'kexec_load', 'kexec_file_load', 'init_module'],
  ...['finit_module', 'delete_module', 'mount', 'umount2', 'pivot_root', 'unshare', 'setns'],
  ...['open_by_handle_at', 'swapon', 'swapoff', 'reboot', 'acct', 'settimeofday', 'quotactl'],
] as const
type Refused = (typeof refusedNames)[number]

/** io_uring_*, open_tree, move_mount, fs*, pidfd_getfd, mount_setattr. */
const REFUSED_EVERYWHERE = [425, 426, 427, 428, 429, 430, 431, 432, 433, 438, 442]
const CLONE3 = 435

const x64: Record<Refused, number> = {
  ptrace: 101,
  process_vm_readv: 310,
  process_vm_writev: 311,
  perf_event_open: 298,
  userfaultfd: 323,
  bpf: 321,
  add_key: 248,
  request_key: 249,
  keyctl: 250,
  kexec_load: 246,
  kexec_file_load: 320,
  init_module: 175,
  finit_module: 313,
  delete_module: 176,
  mount: 165,
  umount2: 166,
  pivot_root: 155,
  unshare: 272,
  setns: 308,
  open_by_handle_at: 304,
  swapon: 167,
  swapoff: 168,
  reboot: 169,
  acct: 163,
  settimeofday: 164,
  quotactl: 179,
}

const arm64: Record<Refused, number> = {
  ptrace: 117,
  process_vm_readv: 270,
  process_vm_writev: 271,
  perf_event_open: 241,
  userfaultfd: 282,
  bpf: 280,
  add_key: 217,
  request_key: 218,
  keyctl: 219,
  kexec_load: 104,
  kexec_file_load: 294,
  init_module: 105,
  finit_module: 273,
  delete_module: 106,
  mount: 40,
  umount2: 39,
  pivot_root: 41,
  unshare: 97,
  setns: 268,
  open_by_handle_at: 265,
  swapon: 224,
  swapoff: 225,
  reboot: 142,
  acct: 89,
  settimeofday: 170,
  quotactl: 60,
}

const numbersOf = (table: Record<Refused, number>): readonly number[] => [
  ...refusedNames.map((name) => table[name]),
  ...REFUSED_EVERYWHERE,
]

const machines: Readonly<Record<string, Machine>> = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    ioctl: 16,
    socket: 41,
    socketpair: 53,
    refused: numbersOf(x64),
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    ioctl: 29,
    socket: 198,
    socketpair: 199,
    refused: numbersOf(arm64),
  },
}

// The instructions of the kernel's filter machine that are needed here.
const LOAD_WORD = 0x20
const JUMP_EQUAL = 0x15
const JUMP_AT_LEAST = 0x35
const JUMP_ANY_BIT = 0x45
const RETURN = 0x06

const ALLOW = 0x7fff0000
const KILL = 0x80000000
const FAIL = 0x00050000
const EPERM = 1
const ENOSYS = 38

/** Offsets in what the filter is shown of a call. */
const NUMBER_AT = 0
const MACHINE_AT = 4
const argumentAt = (index: number): number => 16 + 8 * index

/** Calls of the 32-bit-pointer kind on x64: a second set of numbers, refused as a whole. */
const X32_BIT = 0x40000000
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NEW_NAMESPACES = 0x7e020000
const AF_UNIX = 1
/** They type into a terminal that others read. */
const TERMINAL_TRICKS = [0x5412, 0x541c]

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number]

const load = (offset: number): Instruction => [LOAD_WORD, 0, 0, offset]
const give = (result: number): Instruction => [RETURN, 0, 0, result]
const refuse = give(FAIL | EPERM)

/** `body` when the loaded number is that of this call; it must end by returning. */
function onCall(number: number, body: readonly Instruction[]): readonly Instruction[] {
  return [[JUMP_EQUAL, 0, body.length, number], ...body]
}

/** The filter for a processor as `process.arch` names it; undefined for one that is not known. */
export function filterProgram(arch: string, network: Network): Buffer | undefined {
  const machine = machines[arch]
  if (!machine) return undefined
  const onlyUnixSockets: readonly Instruction[] = [
    load(argumentAt(0)),
    [JUMP_EQUAL, 0, 1, AF_UNIX],
    give(ALLOW),
    refuse,
  ]
  const program: readonly Instruction[] = [
    load(MACHINE_AT),
    [JUMP_EQUAL, 1, 0, machine.audit],
    give(KILL),
    load(NUMBER_AT),
    [JUMP_AT_LEAST, 0, 1, X32_BIT],
    give(KILL),
    ...machine.refused.flatMap((number) => onCall(number, [refuse])),
    // Its flags lie in memory, where no filter can look: programs fall back to `clone`.
    ...onCall(CLONE3, [give(FAIL | ENOSYS)]),
    ...onCall(machine.clone, [
      load(argumentAt(0)),
      [JUMP_ANY_BIT, 0, 1, NEW_NAMESPACES],
      refuse,
      give(ALLOW),
    ]),
    ...onCall(machine.ioctl, [
      load(argumentAt(1)),
      ...TERMINAL_TRICKS.flatMap((trick): Instruction[] => [[JUMP_EQUAL, 0, 1, trick], refuse]),
      give(ALLOW),
    ]),
    ...(network === 'restricted'
      ? [...onCall(machine.socket, onlyUnixSockets), ...onCall(machine.socketpair, onlyUnixSockets)]
      : []),
    give(ALLOW),
  ]
  const bytes = Buffer.alloc(program.length * 8)
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(ifTrue, index * 8 + 2)
    bytes.writeUInt8(ifFalse, index * 8 + 3)
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4)
  }
  return bytes
}

/** Where a launcher finds the filter: a path that opens a file of this process which has no name any more. */
export function createFilterFiles(
  arch: string = process.arch,
): (network: Network) => string | null {
  const known = new Map<Network, string | null>()
  return (network) => {
    let found = known.get(network)
    if (found === undefined) {
      const program = filterProgram(arch, network)
      found = program ? `/proc/${process.pid}/fd/${heldFile(program)}` : null
      known.set(network, found)
    }
    return found
  }
}

/** Open for reading until this process ends, and out of everybody's reach: no command can change it. */
function heldFile(content: Buffer): number {
  const file = path.join(os.tmpdir(), `skein-${randomBytes(12).toString('hex')}`)
  fs.writeFileSync(file, content, { flag: 'wx', mode: 0o600 })
  try {
    return fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
  } finally {
    fs.unlinkSync(file)
  }
}
