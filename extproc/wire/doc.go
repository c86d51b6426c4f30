// Package wire reads and writes the messages of Envoy's external processing service
// (envoy.service.ext_proc.v3) by hand.
//
// The generated code makes an object of every header line and asks reflection for every
// field; on the path of each request that is most of what an ext_proc server does. Here a
// [Message] is read in one pass, its names and values are parts of one copy of what
// arrived, and a [Reply] is written into one buffer of the right size.
//
// [Codec] carries the two over gRPC and leaves all other messages to the ordinary codec,
// so that reflection and health work on the same server.
package wire
