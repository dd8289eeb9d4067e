// Hands the message over: sends it, or steers the running turn, queues for later, stops.
import { ArrowUp, ChevronDown, ListPlus, Navigation, Play, Square } from 'lucide-react'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoice, MenuGroup } from '../../ui/menu.tsx'
import { Spinner } from '../../ui/small.tsx'
import type { Way } from './composer-state.ts'
import type { EnterKeyChoice } from './enter-key.ts'
import type { Stop } from './use-stop.ts'

export interface SendButtonsProps {
  isRunning: boolean
  /** The draft is a command for the person's own shell. */
  isShell: boolean
  blocked: string | undefined
  enterKey: EnterKeyChoice
  stop: Stop
  onSubmit: (way: Way) => void
}

const ICON = 14

export function SendButtons(props: SendButtonsProps) {
  const { isRunning, isShell, blocked, enterKey, stop, onSubmit } = props
  return (
    <>
      {isRunning && <StopButton stop={stop} />}
      {isShell ? (
        <Button
          variant="danger"
          icon={<Play size={ICON} aria-hidden />}
          disabledReason={blocked}
          data-testid="run-shell"
          onClick={() => onSubmit('send')}
        >
          Run unsandboxed
        </Button>
      ) : isRunning ? (
        <QueueOrSteer blocked={blocked} enterKey={enterKey} onSubmit={onSubmit} />
      ) : (
        <Button
          variant="primary"
          icon={<ArrowUp size={ICON} aria-hidden />}
          disabledReason={blocked}
          data-testid="send"
          onClick={() => onSubmit('send')}
        >
          Send
        </Button>
      )}
    </>
  )
}

function StopButton({ stop }: { stop: Stop }) {
  const isAsked = stop.stage === 'asked'
  return (
    <IconButton
      label="Stop turn"
      shortcut="Esc Esc"
      variant="secondary"
      icon={isAsked ? <Spinner /> : <Square size={11} fill="currentcolor" aria-hidden />}
      data-testid="stop"
      onClick={stop.now}
    />
  )
}

type QueueOrSteerProps = Pick<SendButtonsProps, 'blocked' | 'enterKey' | 'onSubmit'>

function QueueOrSteer({ blocked, enterKey, onSubmit }: QueueOrSteerProps) {
  const isSteerFirst = enterKey.key === 'steer'
  return (
    <>
      <Button
        variant={isSteerFirst ? 'secondary' : 'primary'}
        icon={<ListPlus size={ICON} aria-hidden />}
        disabledReason={blocked}
        data-testid="queue"
        onClick={() => onSubmit('queue')}
      >
        Queue
      </Button>
      <Button
        variant={isSteerFirst ? 'primary' : 'secondary'}
        icon={<Navigation size={ICON} aria-hidden />}
        disabledReason={blocked}
        data-testid="steer"
        onClick={() => onSubmit('steer')}
      >
        Steer
      </Button>
      <EnterMenu enterKey={enterKey} />
    </>
  )
}

function EnterMenu({ enterKey }: { enterKey: EnterKeyChoice }) {
  const trigger = (
    <IconButton label="What Enter does" size="small" icon={<ChevronDown size={14} aria-hidden />} />
  )
  return (
    <Menu trigger={trigger} placement="top-end">
      <MenuGroup label="Enter, while a turn runs">
        <MenuChoice
          isChosen={enterKey.key === 'steer'}
          detail="The agent reads it after its current step"
          onSelect={() => enterKey.choose('steer')}
        >
          Steers
        </MenuChoice>
        <MenuChoice
          isChosen={enterKey.key === 'queue'}
          detail="It starts the next turn"
          onSelect={() => enterKey.choose('queue')}
        >
          Queues
        </MenuChoice>
      </MenuGroup>
    </Menu>
  )
}
