import type { Variables } from './environment.ts'

/**
 * Tells whether a browser that is started here can be seen by the person who started the program, as far as the
 * environment shows it.
 */
export function hasDesktop(env: Variables, platform: string): boolean {
  const isSet = (name: string): boolean => (env[name] ?? '') !== ''
  // Build servers say so; whoever looks at their screen did not start the program.
  if (isSet('CI') && env['CI'] !== 'false') return false
  if (platform === 'linux') {
    // Also over SSH: the display is then the one the person forwarded.
    const hasDisplay = isSet('DISPLAY') || isSet('WAYLAND_DISPLAY')
    // WSL without interop cannot start the browser of Windows.
    return hasDisplay || (isSet('WSL_DISTRO_NAME') && isSet('WSL_INTEROP'))
  }
  return !['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'].some(isSet)
}
