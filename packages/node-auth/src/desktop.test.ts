import { expect, test } from 'vitest'
import { hasBrowser } from './browser.ts'
import type { Variables } from './environment.ts'

const wsl = { WSL_DISTRO_NAME: 'Debian' }
const ssh = { SSH_CONNECTION: '192.0.2.1 50000 192.0.2.2 22', SSH_TTY: '/dev/pts/0' }

test.each<[string, string, Variables, boolean]>([
  ['a desktop with X', 'linux', { DISPLAY: ':0' }, true],
  ['a desktop with Wayland', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, true],
  ['a console, a container or a cron job', 'linux', {}, false],
  ['a display that is set to nothing', 'linux', { DISPLAY: '', WAYLAND_DISPLAY: '' }, false],
  ['SSH', 'linux', ssh, false],
  ['SSH with a forwarded display', 'linux', { ...ssh, DISPLAY: 'localhost:10.0' }, true],
  ['an editor that opens addresses on the other side of SSH', 'linux', { ...ssh, BROWSER: 'helper' }, true],
  ['WSL', 'linux', { ...wsl, WSL_INTEROP: '/run/WSL/8_interop' }, true],
  ['WSL without an opener', 'linux', wsl, false],
  ['WSL with a display of its own', 'linux', { ...wsl, DISPLAY: ':0' }, true],
  ['a build server', 'linux', { CI: 'true', DISPLAY: ':99' }, false],
  ['a build server by another word', 'linux', { CI: '1', DISPLAY: ':99' }, false],
  ['a machine that says it is none', 'linux', { CI: 'false', DISPLAY: ':0' }, true],
  ['a build server with a browser command', 'linux', { CI: 'true', BROWSER: 'approve' }, true],
  ['a Mac', 'darwin', {}, true],
  ['a Mac over SSH', 'darwin', { SSH_CONNECTION: ssh.SSH_CONNECTION }, false],
  ['a Mac over SSH, told by the client alone', 'darwin', { SSH_CLIENT: '192.0.2.1 50000 22' }, false],
  ['a Mac as a build server', 'darwin', { CI: 'true' }, false],
  ['Windows', 'win32', {}, true],
  ['Windows over SSH', 'win32', { SSH_TTY: 'windows-pty' }, false],
])('%s', (_, platform, env, reachable) => {
  expect(hasBrowser(env, platform)).toBe(reachable)
})
