export { type EtcdStoreOptions, type EtcdTls, etcdStore } from './etcd-store.ts';
