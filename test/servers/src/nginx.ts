import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChildServer, type Program } from './child-server.ts'
import { freePort } from './free-port.ts'

export const nginx: Program = { name: 'nginx', debianPackage: 'nginx-light' }

/** The address that nginx connects from: another one than its callers have. */
export const nginxAddress = '127.0.0.2'

export interface Nginx extends AsyncDisposable {
  readonly port: number
}

/** Starts nginx in front of a server: it passes paths on as they come and uses its connections again. */
export async function startNginx({ upstreamPort }: { readonly upstreamPort: number }): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'grantkit-nginx-'))
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, configuration({ folder, port, upstreamPort }))
  const child = await startChildServer({
    program: nginx,
    args: ['-p', folder, '-c', file, '-e', 'stderr'],
    ready: /using the "\w+" event method/,
  })
  return {
    port,
    async [Symbol.asyncDispose]() {
      await child.stop('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Places {
  readonly folder: string
  readonly port: number
  readonly upstreamPort: number
}

// One process, so that the connections to the server are shared by all callers.
const configuration = ({ folder, port, upstreamPort }: Places): string => `
daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr notice;
events {}
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  keepalive_timeout 0;
  client_body_timeout 1s;
  upstream gateway {
    server 127.0.0.1:${upstreamPort};
    keepalive 1;
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://gateway;
      proxy_bind ${nginxAddress};
      proxy_http_version 1.1;
      proxy_request_buffering off;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`
