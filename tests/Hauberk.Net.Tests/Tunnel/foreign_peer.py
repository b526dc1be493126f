"""A tunnel's peer made of python3-h2: client PORT FOLDER AUTHORITY STREAMS BYTES, or server FOLDER GOODBYE-AFTER-STREAMS (0: never)."""
import hashlib
import socket
import ssl
import sys

import h2.config
import h2.connection
import h2.events
from hyperframe.frame import GoAwayFrame

PATTERN = bytes(range(251)) * 1000


def tls(folder, purpose):
    context = ssl.SSLContext(purpose)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(folder + "/ca.pem")
    context.load_cert_chain(folder + "/cert.pem", folder + "/key.pem")
    context.set_alpn_protocols(["h2"])
    return context


class Peer:
    """One connection. What is to be sent waits per stream, for the windows."""

    def __init__(self, sock, is_client):
        self.sock = sock
        # This version knows requests with a path only.
        config = h2.config.H2Configuration(
            client_side=is_client, header_encoding="utf-8", validate_inbound_headers=False, validate_outbound_headers=False
        )
        self.h2 = h2.connection.H2Connection(config=config)
        self.h2.initiate_connection()
        self.waiting = {}
        self.ending = set()

    def pump(self):
        for stream, data in list(self.waiting.items()):
            while data and (room := min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size, 16384)) > 0:
                self.h2.send_data(stream, bytes(data[:room]))
                del data[:room]
            if not data and stream in self.ending:
                self.h2.end_stream(stream)
                del self.waiting[stream]
        self.sock.sendall(self.h2.data_to_send())

    def events(self):
        """Until the peer closes."""
        while True:
            self.pump()
            data = self.sock.recv(65536)
            if not data:
                return
            for event in self.h2.receive_data(data):
                if isinstance(event, h2.events.DataReceived):
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                yield event


def client(port, folder, authority, streams, size):
    sock = tls(folder, ssl.PROTOCOL_TLS_CLIENT).wrap_socket(socket.create_connection(("127.0.0.1", port)))
    assert sock.selected_alpn_protocol() == "h2"
    peer = Peer(sock, True)
    sent = bytearray((PATTERN * (size // len(PATTERN) + 1))[:size])
    expected = hashlib.sha256(sent).digest()
    received = {}
    for _ in range(streams):
        stream = peer.h2.get_next_available_stream_id()
        peer.h2.send_headers(stream, [(":method", "CONNECT"), (":authority", authority), ("via", "python")])
        received[stream] = hashlib.sha256()
        peer.waiting[stream] = bytearray(sent)
        peer.ending.add(stream)
    left = set(received)
    for event in peer.events():
        if isinstance(event, h2.events.ResponseReceived):
            assert (":status", "200") in event.headers, event.headers
        elif isinstance(event, h2.events.DataReceived):
            received[event.stream_id].update(event.data)
        elif isinstance(event, h2.events.StreamEnded):
            assert received[event.stream_id].digest() == expected
            left.remove(event.stream_id)
            if not left:
                break
        elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
            sys.exit(f"broken: {event}")
    assert not left, left
    peer.h2.ping(b"12345678")
    for event in peer.events():
        if isinstance(event, h2.events.PingAckReceived):
            break
    peer.h2.close_connection()
    peer.pump()
    # The other side answers the goodbye with its own and the end.
    assert any(isinstance(event, h2.events.ConnectionTerminated) and event.error_code == 0 for event in peer.events())
    print("all echoed", flush=True)


def server(folder, goodbye_after):
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"listening on {listener.getsockname()[1]}", flush=True)
    sock = tls(folder, ssl.PROTOCOL_TLS_SERVER).wrap_socket(listener.accept()[0], server_side=True)
    peer = Peer(sock, False)
    seen = 0
    for event in peer.events():
        if isinstance(event, h2.events.RequestReceived):
            seen += 1
            peer.h2.send_headers(event.stream_id, [(":status", "200"), ("server", "python")])
            peer.waiting[event.stream_id] = bytearray()
            if seen == goodbye_after:
                peer.pump()
                sock.sendall(GoAwayFrame(0, last_stream_id=event.stream_id).serialize())
        elif isinstance(event, h2.events.DataReceived):
            peer.waiting[event.stream_id] += event.data
        elif isinstance(event, h2.events.StreamEnded):
            peer.ending.add(event.stream_id)
        elif isinstance(event, h2.events.StreamReset):
            print(f"reset {event.error_code}", flush=True)
            peer.waiting.pop(event.stream_id, None)
        elif isinstance(event, h2.events.ConnectionTerminated):
            print(f"goodbye {event.error_code}", flush=True)
            break
    print("over", flush=True)


if sys.argv[1] == "client":
    client(int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6]))
else:
    server(sys.argv[2], int(sys.argv[3]))
