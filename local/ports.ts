/** Loopback ports: whether one is taken, and which ones are free. */
import { createServer, type Server } from 'node:net';

export const LOOPBACK = '127.0.0.1';

const listen = (port: number, host: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

const isTaken = async (port: number, host: string): Promise<boolean> => {
  try {
    await close(await listen(port, host));
    return false;
  } catch (error) {
    // A machine without IPv6 answers EADDRNOTAVAIL for ::1; then no process can listen there.
    return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  }
};

/**
 * Whether a process listens on the port already. Also checks ::1, because a client that resolves
 * `localhost` may try it before 127.0.0.1.
 */
export const isPortTaken = async (port: number): Promise<boolean> =>
  (await isTaken(port, LOOPBACK)) || (await isTaken(port, '::1'));

/** Different ports that no process listens on at this moment. */
export const freePorts = async (count: number): Promise<number[]> => {
  // Each stays in use until the last is found; otherwise the same port could be found twice.
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0, LOOPBACK)));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port was assigned.');
    return address.port;
  });
  await Promise.all(servers.map(close));
  return ports;
};
