// The menu of the app: the system's standard entries and New Window. The page's own shortcuts come first,
// so nothing here takes one of them.
import { type App, BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron'

const SETTINGS_LINK = 'skein://settings'

export function setMenu(app: App, openWindow: () => void): void {
  const isMac = process.platform === 'darwin'
  const newWindow: MenuItemConstructorOptions = {
    label: 'New Window',
    accelerator: 'CmdOrCtrl+Shift+N',
    click: openWindow,
  }
  const settings: MenuItemConstructorOptions = {
    label: 'Settings…',
    accelerator: 'CmdOrCtrl+,',
    // Shown only: the page hears the keys itself, and a second time would be one too many.
    registerAccelerator: false,
    click: () => BrowserWindow.getFocusedWindow()?.webContents.send('skein/link', SETTINGS_LINK),
  }
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [{ label: app.name, role: 'appMenu' } as const] : []),
    {
      label: 'File',
      submenu: [newWindow, settings, { type: 'separator' }, { role: isMac ? 'close' : 'quit' }],
    },
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        // The plus of a keyboard on which it needs no Shift.
        {
          role: 'zoomIn',
          accelerator: 'CmdOrCtrl+=',
          visible: false,
          acceleratorWorksWhenHidden: true,
        },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        { role: 'reload' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
  ]
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
