// How the thread list is sorted and grouped, and where its sections are looked after.
import { ArrowUpDown } from 'lucide-react'
import { useSelector, useStores } from '../../state/stores-context.tsx'
import { type Grouping, groupings } from '../../state/thread-groups.ts'
import { type ListOrder, listOrders } from '../../state/thread-order.ts'
import { IconButton } from '../../ui/button.tsx'
import { Menu, MenuChoice, MenuGroup, MenuItem, MenuSeparator } from '../../ui/menu.tsx'

const orderNames: Readonly<Record<ListOrder, string>> = {
  activity: 'Last activity',
  created: 'Created',
  title: 'Title',
  manual: 'By hand',
}

const groupingNames: Readonly<Record<Grouping, string>> = {
  time: 'Day',
  project: 'Project',
  status: 'Status',
  none: 'Nothing',
}

export function ListOptions() {
  const trigger = <IconButton label="Sort and group" icon={<ArrowUpDown size={14} aria-hidden />} />
  return (
    <Menu trigger={trigger} placement="bottom-end">
      <Choices />
    </Menu>
  )
}

function Choices() {
  const { threadList, ui } = useStores()
  const order = useSelector(threadList, (state) => state.order)
  const grouping = useSelector(threadList, (state) => state.grouping)
  return (
    <>
      <MenuGroup label="Sort by">
        {listOrders.map((each) => (
          <MenuChoice
            key={each}
            isChosen={each === order}
            onSelect={() => void threadList.actions.arrange({ order: each })}
          >
            {orderNames[each]}
          </MenuChoice>
        ))}
      </MenuGroup>
      <MenuGroup label="Group by">
        {groupings.map((each) => (
          <MenuChoice
            key={each}
            isChosen={each === grouping}
            onSelect={() => void threadList.actions.arrange({ grouping: each })}
          >
            {groupingNames[each]}
          </MenuChoice>
        ))}
      </MenuGroup>
      <MenuSeparator />
      <MenuItem onSelect={() => ui.actions.openDialog({ kind: 'sections' })}>
        Sections and projects…
      </MenuItem>
    </>
  )
}
