/** Loopback ports: is one free, and which ones are. */
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
    // A machine without IPv6 answers EADDRNOTAVAIL for ::1, which nobody can have taken then.
    return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  }
};

/**
 * Whether something listens on the port already. Also looks at ::1, where a client that resolves
 * `localhost` may end up before it tries 127.0.0.1.
 */
export const isPortTaken = async (port: number): Promise<boolean> =>
  (await isTaken(port, LOOPBACK)) || (await isTaken(port, '::1'));

/** As many different ports as asked for that nothing listens on at this moment. */
export const freePorts = async (count: number): Promise<number[]> => {
  // All of them are held until the last is found, or the same one could be found twice.
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0, LOOPBACK)));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port was assigned.');
    return address.port;
  });
  await Promise.all(servers.map(close));
  return ports;
};
