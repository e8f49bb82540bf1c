package main

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"sync"
)

// Of concurrent updates of one document FerretDB 1.24 on SQLite loses some: it reads the document, changes it and writes it whole. MongoDB
// does not (https://www.mongodb.com/docs/manual/core/write-operations-atomicity/), and what is tested here relies on it. So commands
// that change a collection wait for one another.

var changes = map[string]bool{"update": true, "findAndModify": true, "findandmodify": true, "delete": true, "insert": true}

const opMsg = 2013

type locks struct {
	mutex sync.Mutex
	byKey map[string]*sync.Mutex
}

func (l *locks) of(key string) *sync.Mutex {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.byKey[key] == nil {
		l.byKey[key] = &sync.Mutex{}
	}
	return l.byKey[key]
}

func serveAtomically(listener net.Listener, socket string) {
	all := &locks{byKey: map[string]*sync.Mutex{}}
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go serve(client, socket, all)
	}
}

// A driver asks one thing at a time on a connection.
func serve(client net.Conn, socket string, all *locks) {
	defer client.Close()
	server, err := net.Dial("unix", socket)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		request, err := readMessage(client)
		if err != nil {
			return
		}
		command, collection, database := describe(request)
		if changes[command] {
			turn := all.of(database + "." + collection)
			turn.Lock()
			err = exchange(client, server, request)
			turn.Unlock()
		} else {
			err = exchange(client, server, request)
		}
		if err != nil {
			return
		}
	}
}

func exchange(client, server net.Conn, request []byte) error {
	if _, err := server.Write(request); err != nil {
		return err
	}
	answer, err := readMessage(server)
	if err != nil {
		return err
	}
	tellDuplicates(answer)
	_, err = client.Write(answer)
	return err
}

// It tells of an update that a unique index refused as of an error of its own (code 1), where MongoDB says 11000.
func tellDuplicates(answer []byte) {
	if !bytes.Contains(answer, []byte("UNIQUE constraint failed")) {
		return
	}
	code := []byte("\x10code\x00\x01\x00\x00\x00")
	if at := bytes.Index(answer, code); at >= 0 {
		binary.LittleEndian.PutUint32(answer[at+len(code)-4:], 11000)
	}
}

func readMessage(from io.Reader) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	size := binary.LittleEndian.Uint32(head)
	if size < 16 || size > 64<<20 {
		return nil, io.ErrUnexpectedEOF
	}
	message := make([]byte, size)
	copy(message, head)
	_, err := io.ReadFull(from, message[4:])
	return message, err
}

// The command's name, its collection and its database: the first element of the body, and the one called $db.
func describe(message []byte) (command, collection, database string) {
	if binary.LittleEndian.Uint32(message[12:]) != opMsg || len(message) < 26 || message[20] != 0 {
		return
	}
	body := message[21:]
	for at := 4; at < len(body) && body[at] != 0; {
		kind := body[at]
		at++
		start := at
		for at < len(body) && body[at] != 0 {
			at++
		}
		name := string(body[start:at])
		at++
		if at+4 > len(body) {
			return
		}
		size := int(binary.LittleEndian.Uint32(body[at:]))
		text := ""
		switch kind {
		case 0x01, 0x09, 0x11, 0x12:
			at += 8
		case 0x02:
			if at+4+size > len(body) || size < 1 {
				return
			}
			text = string(body[at+4 : at+3+size])
			at += 4 + size
		case 0x03, 0x04:
			at += size
		case 0x05:
			at += 5 + size
		case 0x07:
			at += 12
		case 0x08:
			at++
		case 0x0a:
		case 0x10:
			at += 4
		case 0x13:
			at += 16
		default:
			return
		}
		if command == "" {
			command, collection = name, text
		}
		if name == "$db" {
			database = text
			return
		}
	}
	return
}
