/// Software that an individual recommendation ("Update curl") asks to be updated.
struct SoftwarePackage: Sendable {
  let name: String
  let vendor: String
  let system: OperatingSystem
  /// `deb`, `rpm` or `msi`.
  let packageType: String

  /// At least `count` packages of each system.
  static func list(ofEachSystem count: Int) -> [SoftwarePackage] {
    list(linuxNames, suffixes: ["", "-libs", "-dev", "-common", "-utils"], count) { name, turn in
      SoftwarePackage(name: name, vendor: "Linux", system: .linux, packageType: turn % 3 == 0 ? "rpm" : "deb")
    }
      + list(windowsNames, suffixes: ["", " (32-bit)", " LTS", " Preview", " Runtime"], count) { name, turn in
        SoftwarePackage(name: name, vendor: vendors[turn % vendors.count], system: .windows, packageType: "msi")
      }
  }

  private static func list(
    _ names: [String], suffixes: [String], _ count: Int, _ make: (String, Int) -> SoftwarePackage
  ) -> [SoftwarePackage] {
    (0..<min(count, names.count * suffixes.count)).map { turn in
      make(names[turn % names.count] + suffixes[turn / names.count], turn)
    }
  }

  private static let vendors = ["Microsoft", "Oracle", "Mozilla", "Adobe", "Google", "Open source"]

  private static let linuxNames = [
    "openssl", "curl", "libxml2", "sudo", "glibc", "systemd", "openssh-server", "bash", "vim", "python3.10", "perl",
    "krb5", "expat", "zlib", "gnutls", "sqlite", "bind9", "libtiff", "git", "nginx", "apache2", "postgresql-14",
    "mysql-server", "redis", "samba", "cups", "freetype", "libarchive", "ncurses", "tar", "less", "wget", "rsync",
    "dnsmasq", "docker.io", "containerd", "runc", "nodejs", "openjdk-17-jre", "php8.1", "ruby3.0", "golang-1.21",
  ]

  private static let windowsNames = [
    "Microsoft Edge", "Google Chrome", "Mozilla Firefox", ".NET 6.0", ".NET 8.0", "OpenSSL", "Java 8", "7-Zip",
    "Notepad++", "Adobe Acrobat Reader", "SQL Server 2019", "Visual C++ 2015", "PuTTY", "WinSCP", "Node.js 18",
    "Python 3.9", "Git for Windows", "VLC Media Player", "Wireshark", "OneDrive", "Teams", "PowerShell 7",
    "Visual Studio Code", "TeamViewer", "WinRAR", "FileZilla", "curl for Windows", "MySQL Workbench",
    "Azure CLI", "IIS", "Exchange Server", "SharePoint Server", "Office 2019", "Zoom", "KeePass", "Tomcat 9",
    "Apache HTTP Server", "PHP 8", "Npcap", "VMware Tools",
  ]
}
