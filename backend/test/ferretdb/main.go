// A MongoDB-protocol server for tests: FerretDB on SQLite, embedded, because its own main needs a build-time version file.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	addr := flag.String("listen", "127.0.0.1:27017", "address")
	dir := flag.String("dir", "", "directory of the SQLite files")
	flag.Parse()
	inner, err := os.MkdirTemp("", "ferretdb-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(inner)
	socket := filepath.Join(inner, "s")
	f, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{Unix: socket},
		Handler:   "sqlite",
		SQLiteURL: "file:" + *dir + "/",
	})
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go serveAtomically(listener, socket)
	fmt.Println("mongodb://" + listener.Addr().String() + "/")
	if err := f.Run(ctx); err != nil {
		log.Print(err)
	}
}
