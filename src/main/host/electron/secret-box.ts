// The secret store of the operating system, as Electron offers it.
import { safeStorage } from 'electron'

/** Fits the port `SecretBox` of the model room. */
export const secretBox = {
  // On Linux without a keyring Electron would use a key that everybody knows: that is no secret store.
  isAvailable: (): boolean =>
    safeStorage.isEncryptionAvailable() &&
    (process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text'),
  seal: (text: string): Buffer => safeStorage.encryptString(text),
  open: (sealed: Buffer): string => safeStorage.decryptString(sealed),
}
