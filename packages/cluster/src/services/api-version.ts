/** The version of etcd whose API is served, as clients ask for it and parse it. */
export const apiVersion = '3.4.0';
