// Numbers that Linux gives file systems, https://man7.org/linux/man-pages/man2/statfs.2.html (read 2026-11); those that
// are not in the kernel from https://github.com/coreutils/coreutils/blob/master/src/stat.c. Which of them lie beyond the
// host: the same table of coreutils, and https://github.com/systemd/systemd/blob/main/src/basic/filesystems-gperf.gperf.
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'kAFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x7461636f, 'OCFS2'],
  [0x01161970, 'GFS2'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0xaad7aaea, 'PanFS'],
  [0x013111a8, 'IBRIX'],
  // A program serves it: sshfs, GlusterFS and many others, among them some that are local.
  [0x65735546, 'FUSE'],
])

/** Names the network file system that `statfs` of Linux gave this number, or says `undefined` for a local one. */
export function networkFileSystem(type: number): string | undefined {
  // Where the field has 32 bits, the larger numbers come back negative.
  return networkFileSystems.get(type >>> 0)
}
