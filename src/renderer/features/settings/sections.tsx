// The one list of the sections of Settings: what stands in it can be reached by the page, the palette and by link.
import {
  Cpu,
  HardDrive,
  Info,
  Keyboard,
  type LucideIcon,
  Palette,
  Plug,
  ShieldCheck,
  SlidersHorizontal,
} from 'lucide-react'
import type { ComponentType } from 'react'
import { RulesSection } from '../approvals/rules-section.tsx'
import { StorageSection } from '../store/storage-section.tsx'
import { AboutSection } from './about-section.tsx'
import { AppearanceSection } from './appearance-section.tsx'
import { ConfigSection } from './config-section.tsx'
import { McpSection } from './mcp-section.tsx'
import { ModelsSection } from './models-section.tsx'
import { ShortcutsSection } from './shortcuts-section.tsx'

export interface SettingsSection {
  /** Its name in `skein://settings/<id>`. */
  readonly id: string
  readonly title: string
  readonly Icon: LucideIcon
  /** Drawn below the section's title. */
  readonly Page: ComponentType
}

export const settingsSections: readonly SettingsSection[] = [
  { id: 'config', title: 'Config', Icon: SlidersHorizontal, Page: ConfigSection },
  { id: 'models', title: 'Models', Icon: Cpu, Page: ModelsSection },
  { id: 'mcp', title: 'MCP servers', Icon: Plug, Page: McpSection },
  { id: 'appearance', title: 'Appearance', Icon: Palette, Page: AppearanceSection },
  { id: 'rules', title: 'Rules', Icon: ShieldCheck, Page: RulesSection },
  { id: 'shortcuts', title: 'Shortcuts', Icon: Keyboard, Page: ShortcutsSection },
  { id: 'storage', title: 'Storage', Icon: HardDrive, Page: StorageSection },
  { id: 'about', title: 'About and diagnostics', Icon: Info, Page: AboutSection },
]
