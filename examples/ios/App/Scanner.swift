import AVFoundation
import SwiftUI

/// The camera, until it sees a QR code. Whoever refuses it the camera can paste the link.
struct Scanner: View {
    let found: (String) -> Void
    @State private var allowed = AVCaptureDevice.authorizationStatus(for: .video) == .authorized

    var body: some View {
        if allowed {
            Camera(found: found).frame(height: 280).clipShape(RoundedRectangle(cornerRadius: 12)).accessibilityLabel(Text("scan_camera"))
        } else {
            Primary("scan_camera") {
                Task { allowed = await AVCaptureDevice.requestAccess(for: .video) }
            }
        }
    }
}

private struct Camera: UIViewRepresentable {
    let found: (String) -> Void

    func makeUIView(context: Context) -> Preview {
        let view = Preview()
        view.begin(context.coordinator)
        return view
    }

    func updateUIView(_ view: Preview, context: Context) {}

    func makeCoordinator() -> Reader { Reader(found: found) }

    static func dismantleUIView(_ view: Preview, coordinator: Reader) {
        view.session.stopRunning()
    }

    final class Reader: NSObject, AVCaptureMetadataOutputObjectsDelegate {
        private let found: (String) -> Void
        private var done = false

        init(found: @escaping (String) -> Void) {
            self.found = found
        }

        func metadataOutput(
            _ output: AVCaptureMetadataOutput, didOutput objects: [AVMetadataObject], from connection: AVCaptureConnection
        ) {
            guard !done, let code = objects.first as? AVMetadataMachineReadableCodeObject, let text = code.stringValue else { return }
            done = true
            found(text)
        }
    }

    final class Preview: UIView {
        let session = AVCaptureSession()

        override class var layerClass: AnyClass { AVCaptureVideoPreviewLayer.self }

        func begin(_ reader: Reader) {
            guard let camera = AVCaptureDevice.default(for: .video), let input = try? AVCaptureDeviceInput(device: camera) else { return }
            let output = AVCaptureMetadataOutput()
            guard session.canAddInput(input), session.canAddOutput(output) else { return }
            session.addInput(input)
            session.addOutput(output)
            output.setMetadataObjectsDelegate(reader, queue: .main)
            output.metadataObjectTypes = [.qr]
            (layer as? AVCaptureVideoPreviewLayer)?.session = session
            (layer as? AVCaptureVideoPreviewLayer)?.videoGravity = .resizeAspectFill
            let session = session
            DispatchQueue.global(qos: .userInitiated).async { session.startRunning() }
        }
    }
}
