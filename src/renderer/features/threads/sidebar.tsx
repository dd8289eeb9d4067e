// The left panel: new thread, search, the list, the archive, and what waits for approval.
import { Archive, ArrowLeft, Plus, Search, Settings, ShieldQuestion, Target, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Badge } from '../../ui/small.tsx'
import { shownKeys } from '../shell/use-shortcuts.ts'
import './sidebar.css'
import { FilterChips, ListFilter } from './list-filter.tsx'
import { ListOptions } from './list-options.tsx'
import { ThreadList } from './thread-list.tsx'

const SEARCH_DELAY_MS = 120

export function Sidebar() {
  const { ui, threadList } = useStores()
  const view = useSelector(threadList, (state) => state.view)
  return (
    <>
      <div className="sidebar-head">
        <Button
          className="sidebar-new"
          data-testid="new-thread"
          icon={<Plus size={15} aria-hidden />}
          title={shownKeys('thread.new')}
          onClick={() => ui.actions.showThread(null)}
        >
          New thread
        </Button>
        <div className="sidebar-find">
          <SearchField />
          <ListFilter />
          <ListOptions />
        </div>
        <FilterChips />
      </div>
      {view === 'archived' && (
        <div className="sidebar-archive-head">
          <IconButton
            size="small"
            label="Back to threads"
            icon={<ArrowLeft size={14} aria-hidden />}
            onClick={() => void threadList.actions.show('active')}
          />
          <span>Archived threads</span>
        </div>
      )}
      <ThreadList />
      <div className="sidebar-foot">
        <GoalsEntry />
        <ApprovalsEntry />
        {view === 'active' && (
          <button
            type="button"
            className="sidebar-entry"
            onClick={() => void threadList.actions.show('archived')}
          >
            <Archive size={15} aria-hidden />
            <span className="sidebar-entry-text">Archive</span>
          </button>
        )}
        <SettingsEntry />
      </div>
    </>
  )
}

function SearchField() {
  const { threadList } = useStores()
  const [text, setText] = useState(() => threadList.getState().searchTerm)
  useEffect(() => {
    if (text.trim() === threadList.getState().searchTerm) return
    const timer = setTimeout(() => void threadList.actions.search(text.trim()), SEARCH_DELAY_MS)
    return () => clearTimeout(timer)
  }, [threadList, text])
  // Cleared from elsewhere: "Clear search" below an empty list.
  const term = useSelector(threadList, (state) => state.searchTerm)
  useEffect(() => {
    if (term === '') setText((current) => (current.trim() === '' ? current : ''))
  }, [term])
  return (
    <div className="sidebar-search">
      <Search size={14} aria-hidden />
      <input
        type="search"
        aria-label="Search threads"
        data-testid="search"
        placeholder="Search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('')
        }}
      />
      {text !== '' && (
        <IconButton
          size="small"
          label="Clear search"
          icon={<X size={13} aria-hidden />}
          onClick={() => setText('')}
        />
      )}
    </div>
  )
}

function GoalsEntry() {
  const { goals, ui } = useStores()
  const active = useSelector(
    goals,
    (state) => [...state.goals.values()].filter(({ status }) => status === 'active').length,
  )
  return (
    <button
      type="button"
      className="sidebar-entry"
      title={shownKeys('go.goals')}
      onClick={() => ui.actions.openDialog({ kind: 'goals' })}
    >
      <Target size={15} aria-hidden />
      <span className="sidebar-entry-text">Goals</span>
      {active > 0 && <Badge tone="accent">{active}</Badge>}
    </button>
  )
}

function SettingsEntry() {
  const { ui } = useStores()
  return (
    <button
      type="button"
      className="sidebar-entry"
      title={shownKeys('go.settings')}
      onClick={() => ui.actions.openSettings()}
    >
      <Settings size={15} aria-hidden />
      <span className="sidebar-entry-text">Settings</span>
    </button>
  )
}

function ApprovalsEntry() {
  const { approvals, ui } = useStores()
  const pending = useSelector(approvals, (state) => state.pending.length)
  return (
    <button
      type="button"
      className="sidebar-entry"
      title={shownKeys('go.approvals')}
      onClick={() => ui.actions.openDialog({ kind: 'approvals' })}
    >
      <ShieldQuestion size={15} aria-hidden />
      <span className="sidebar-entry-text">Approvals</span>
      {pending > 0 && <Badge tone="warning">{pending}</Badge>}
    </button>
  )
}
